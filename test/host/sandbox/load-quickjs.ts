import { RELEASE_SYNC, newQuickJSWASMModule, newVariant, type QuickJSWASMModule } from 'quickjs-emscripten';

let loaded: Promise<QuickJSWASMModule> | null = null;

/**
 * One QuickJS module for all sandboxes; each gets a runtime of its own from it.
 * @param wasm the engine's .wasm where it cannot be found beside the library's script, as in a bundled page
 */
export function loadQuickJs(wasm?: ArrayBuffer): Promise<QuickJSWASMModule> {
  loaded ??= newQuickJSWASMModule(wasm ? newVariant(RELEASE_SYNC, { wasmBinary: wasm }) : RELEASE_SYNC);
  return loaded;
}
