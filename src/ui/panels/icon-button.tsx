import type { ComponentChildren } from 'preact';

export interface IconButtonProps {
  name: string;
  /** As the tooltip shows it. */
  keyName: string;
  isDisabled?: boolean;
  onPress(): void;
  children: ComponentChildren;
}

/** A button that shows only an icon, with its name and key in a tooltip. */
export function IconButton(props: IconButtonProps) {
  const { name, keyName, isDisabled = false, onPress, children } = props;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={name}
      data-tip={`${name}\u2002${keyName}`}
      disabled={isDisabled}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
