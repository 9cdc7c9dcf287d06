import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';

/**
 * Packs an extension's folder into a .vsix: a zip of the files below `extension/`, a manifest that the gallery reads, and the
 * content types of an Open Packaging container. The gallery's own tool, @vscode/vsce, needs a later Node than this project
 * and brings some two hundred packages.
 * @param {string} folder with a `package.json`
 * @returns {Promise<{ name: string, bytes: Uint8Array }>}
 */
export async function packVsix(folder) {
  const names = (await readdir(folder)).sort();
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  /** @type {import('fflate').Zippable} */
  const entries = {
    'extension.vsixmanifest': text(vsixManifest(manifest)),
    '[Content_Types].xml': text(contentTypes(names)),
  };
  for (const name of names) {
    const bytes = new Uint8Array(await readFile(join(folder, name)));
    entries[`extension/${name}`] = [bytes, { level: /\.(bin|png)$/.test(name) ? 0 : 9 }];
  }
  // A fixed time: the same files make the same package.
  const bytes = zipSync(entries, { mtime: '2000-01-01T00:00:00' });
  return { name: `${manifest.name}-${manifest.version}.vsix`, bytes };
}

const MIME_TYPES = {
  json: 'application/json',
  js: 'application/javascript',
  css: 'text/css',
  md: 'text/markdown',
  png: 'image/png',
  bin: 'application/octet-stream',
  vsixmanifest: 'text/xml',
};

/** @param {string[]} names */
function contentTypes(names) {
  const unknown = names.filter(
    (name) => name !== 'LICENSE' && !((name.split('.').pop() ?? '') in MIME_TYPES),
  );
  if (unknown.length > 0) throw new Error(`No content type is known for ${unknown.join(', ')}.`);
  const defaults = Object.entries(MIME_TYPES).map(
    ([extension, type]) => `<Default Extension=".${extension}" ContentType="${type}"/>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${defaults.join('')}<Override PartName="/extension/LICENSE" ContentType="text/plain"/></Types>
`;
}

/** @param {any} manifest of the extension */
function vsixManifest(manifest) {
  const { name, displayName, description, version, publisher, keywords, categories, engines } = manifest;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${xml(name)}" Version="${xml(version)}" Publisher="${xml(publisher)}"/>
    <DisplayName>${xml(displayName)}</DisplayName>
    <Description xml:space="preserve">${xml(description)}</Description>
    <Tags>${xml([...keywords, '__web_extension'].join(','))}</Tags>
    <Categories>${xml(categories.join(','))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${xml(engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="${xml([...manifest.extensionKind, 'web'].join(','))}"/>
      <Property Id="Microsoft.VisualStudio.Services.GitHubFlavoredMarkdown" Value="true"/>
      <Property Id="Microsoft.VisualStudio.Services.Content.Pricing" Value="Free"/>
    </Properties>
    <License>extension/LICENSE</License>
    <Icon>extension/icon.png</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Changelog" Path="extension/CHANGELOG.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Icons.Default" Path="extension/icon.png" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
}

/** @param {string} value */
function xml(value) {
  return value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param {string} value */
function text(value) {
  return new TextEncoder().encode(value);
}
