/**
 * What runs inside QuickJS before the plugin: it builds `figma` and the node objects from a description of their
 * members, each member a call to the double. It is text because it must not depend on how the double itself was
 * compiled. Called as `prelude(host, description, html)`; gives back what the double may call.
 *
 * - Objects cannot be extended, and unknown properties throw on read and on write.
 * - Property values are frozen copies.
 * - Nodes are new objects on each access, as plugins are told not to compare them by identity.
 */
export const PRELUDE = /* js */ `(function (host, description, html) {
  'use strict';
  const MIXED = Symbol('figma.mixed');
  const references = new WeakMap();
  const prototypes = new Map();
  const pending = new Map();
  const timers = new Map();
  const listeners = new Map();
  let lastTimer = 0;
  const notifications = new Map();
  let lastNotification = 0;

  function encodeValue(value, buffers, depth) {
    if (depth > 64) throw new Error('Cannot pass a value that is nested too deeply or contains itself');
    const inner = (item) => encodeValue(item, buffers, depth + 1);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : ['x', String(value)];
    if (value === undefined) return ['u'];
    if (value === MIXED) return ['m'];
    if (typeof value !== 'object') throw new Error('Cannot unwrap ' + typeof value);
    if (references.has(value)) return references.get(value);
    if (value instanceof Uint8Array) return ['b', buffers.push(value.slice().buffer) - 1];
    if (value instanceof Date) return ['d', value.getTime()];
    if (Array.isArray(value)) return ['a', value.map(inner)];
    const name = Object.prototype.toString.call(value);
    if (name !== '[object Object]') throw new Error('Cannot unwrap ' + name);
    return ['o', Object.fromEntries(Object.keys(value).map((key) => [key, inner(value[key])]))];
  }

  function decodeValue(json, buffers) {
    if (!Array.isArray(json)) return json;
    const inner = (item) => decodeValue(item, buffers);
    switch (json[0]) {
      case 'u': return undefined;
      case 'x': return Number(json[1]);
      case 'm': return MIXED;
      case 'n': return makeObject(json[1], json);
      case 'i': return makeObject('Image', json);
      case 'b': return new Uint8Array(buffers[json[1]]);
      case 'd': return new Date(json[1]);
      case 'a': return json[1].map(inner);
      case 'o': return Object.fromEntries(Object.keys(json[1]).map((key) => [key, inner(json[1][key])]));
      case 'p': return new Promise((resolve, reject) => pending.set(json[1], { resolve, reject }));
      case 'e': throw new Error(json[1]);
    }
  }

  function decodeReply(reply) {
    return typeof reply === 'string' ? decodeValue(JSON.parse(reply), []) : decodeValue(JSON.parse(reply[0]), reply.slice(1));
  }

  function ask(kind, object, member, args) {
    const buffers = [];
    const reference = typeof object === 'string' ? object : references.get(object);
    const json = [kind, reference, member, args.map((value) => encodeValue(value, buffers, 0))];
    return decodeReply(host(JSON.stringify(json), ...buffers));
  }

  function deepFreeze(value) {
    if (typeof value !== 'object' || value === null || references.has(value)) return value;
    if (ArrayBuffer.isView(value)) return value;
    for (const key of Object.keys(value)) deepFreeze(value[key]);
    return Object.freeze(value);
  }

  function guard(typeName) {
    return new Proxy(Object.create(null), {
      get(_, key) {
        // Asked for by the language itself: await, JSON.stringify, instanceof, string conversion.
        if (typeof key === 'symbol' || key === 'then' || key === 'toJSON' || key === 'constructor') return undefined;
        throw new TypeError("no such property '" + key + "' on " + typeName + ' (or the double does not model it)');
      },
      set(_, key) {
        throw new TypeError("Cannot add property '" + String(key) + "', object is not extensible");
      },
    });
  }

  function prototypeOf(typeName) {
    let prototype = prototypes.get(typeName);
    if (prototype) return prototype;
    prototype = Object.create(guard(typeName));
    Object.defineProperty(prototype, 'toString', { value: () => '[object ' + typeName + ']' });
    const members = description[typeName];
    for (const member of Object.keys(members)) {
      const kind = members[member];
      if (kind === 'call') {
        const call = typeName === 'figma' && member === 'notify' ? notify : function (...args) { return ask('call', this, member, args); };
        Object.defineProperty(prototype, member, { value: call });
        continue;
      }
      Object.defineProperty(prototype, member, {
        get() { return deepFreeze(ask('get', this, member, [])); },
        set(value) {
          if (kind === 'get') throw new TypeError("Cannot assign to read only property '" + member + "' of " + typeName);
          ask('set', this, member, [value]);
        },
      });
    }
    prototypes.set(typeName, prototype);
    return prototype;
  }

  /** Its callbacks stay here; the double knows the notification by a number. */
  function notify(message, options) {
    const known = ['timeout', 'error', 'onDequeue', 'button'];
    for (const key of Object.keys(options || {})) {
      if (known.indexOf(key) === -1) throw new Error("in notify: Unrecognized key '" + key + "' in object");
    }
    const { button, onDequeue, timeout, error } = options || {};
    for (const callback of [onDequeue, button && button.action]) {
      if (callback !== undefined && typeof callback !== 'function') throw new Error('in notify: Expected a function');
    }
    const id = ++lastNotification;
    notifications.set(id, { action: button && button.action, onDequeue });
    ask('call', this, 'notify', [message, { id, timeout, error, button: button && button.text }]);
    return Object.freeze({ cancel() { ask('call', 'sandbox', 'cancelNotification', [id]); } });
  }

  function makeObject(typeName, reference) {
    const object = Object.create(prototypeOf(typeName));
    references.set(object, reference);
    return Object.preventExtensions(object);
  }

  function addEmitter(typeName, allowedEvents) {
    const prototype = prototypeOf(typeName);
    const listOf = (event) => {
      if (allowedEvents.indexOf(event) === -1) throw new Error('"' + event + '" is not a valid event of ' + typeName);
      if (!listeners.has(event)) listeners.set(event, []);
      return listeners.get(event);
    };
    const add = (event, callback, isOnce) => {
      if (typeof callback !== 'function') throw new Error('The callback of "' + event + '" is not a function');
      listOf(event).push({ callback, isOnce });
    };
    Object.defineProperty(prototype, 'on', { value: (event, callback) => add(event, callback, false) });
    Object.defineProperty(prototype, 'once', { value: (event, callback) => add(event, callback, true) });
    Object.defineProperty(prototype, 'off', {
      value: (event, callback) => {
        const kept = listOf(event).filter((entry) => entry.callback !== callback);
        listeners.set(event, kept);
      },
    });
  }

  function guarded(action) {
    try { action(); } catch (error) { ask('call', 'sandbox', 'uncaught', [describeError(error)]); }
  }

  function describeError(error) {
    return error instanceof Error ? error.name + ': ' + error.message + '\\n' + (error.stack || '') : String(error);
  }

  const figma = makeObject('figma', 'figma');
  const ui = makeObject('figma.ui', 'figma.ui');
  const storage = makeObject('figma.clientStorage', 'figma.clientStorage');
  const figmaPrototype = prototypeOf('figma');
  const constant = (name, value) => Object.defineProperty(figmaPrototype, name, { value });
  constant('mixed', MIXED);
  constant('ui', ui);
  constant('clientStorage', storage);
  addEmitter('figma', ['selectionchange', 'currentpagechange', 'close', 'run']);
  addEmitter('figma.ui', ['message']);
  let onmessage;
  Object.defineProperty(prototypeOf('figma.ui'), 'onmessage', {
    get: () => onmessage,
    set: (callback) => { onmessage = callback; },
  });

  const show = (value) => {
    if (typeof value === 'string') return value;
    if (value instanceof Error) return describeError(value);
    try { return JSON.stringify(value) || String(value); } catch (error) { return String(value); }
  };
  const console = {};
  for (const level of ['log', 'info', 'warn', 'error', 'debug']) {
    console[level] = (...args) => { ask('call', 'sandbox', 'console', [level, args.map(show).join(' ')]); };
  }

  const startTimer = (repeats) => (callback, delayMs, ...args) => {
    const id = ++lastTimer;
    timers.set(id, { run: () => callback(...args), repeats });
    ask('call', 'sandbox', 'startTimer', [id, Number(delayMs) || 0, repeats]);
    return id;
  };
  const stopTimer = (id) => {
    if (timers.delete(id)) ask('call', 'sandbox', 'stopTimer', [id]);
  };

  const globals = {
    figma, console, __html__: html, __uiFiles__: Object.freeze({}),
    setTimeout: startTimer(false), setInterval: startTimer(true), clearTimeout: stopTimer, clearInterval: stopTimer,
  };
  for (const name of Object.keys(globals)) {
    Object.defineProperty(globalThis, name, { value: globals[name], writable: false, configurable: false });
  }

  return {
    fireTimer(id) {
      const timer = timers.get(id);
      if (!timer) return;
      if (!timer.repeats) timers.delete(id);
      guarded(timer.run);
    },
    settle(id, isOk, reply) {
      const call = pending.get(id);
      pending.delete(id);
      if (!call) return;
      const value = decodeReply(reply);
      if (isOk) call.resolve(value);
      else call.reject(new Error(value));
    },
    dispatch(event, reply) {
      const args = decodeReply(reply);
      // Gives back nothing: whether the notification stays is told by a call.
      if (event === 'notification') {
        const [id, what] = args;
        const entry = notifications.get(id);
        if (!entry) return;
        if (what === 'press') {
          guarded(() => {
            if (entry.action && entry.action() === false) return;
            ask('call', 'sandbox', 'dequeueNotification', [id]);
          });
        } else {
          notifications.delete(id);
          if (entry.onDequeue) guarded(() => entry.onDequeue(what));
        }
        return;
      }
      if (event === 'message' && onmessage) guarded(() => onmessage(...args));
      for (const entry of (listeners.get(event) || []).slice()) {
        if (entry.isOnce) listeners.set(event, listeners.get(event).filter((other) => other !== entry));
        guarded(() => entry.callback(...args));
      }
    },
  };
})`;
