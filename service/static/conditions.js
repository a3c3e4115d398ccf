// What a condition of a form decides on the page: the server's table of conversions
// (service/engine/language/conversions.py) once more, for what people type. Values that do not decide are thrown
// out; then the field is shown and the server has its say.
(() => {
  "use strict";

  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
  const DAY = /^\d{4}-\d\d-\d\d$/;
  const DATED = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d[^]*)?$/;
  const ZONE = /(?:Z|[+-]\d\d:?\d\d)$/;
  const TRUTH = new Map([["true", true], ["false", false], ["", false]]);

  const undecided = (value) => { throw new RangeError(`undecided: ${JSON.stringify(value)}`); };
  const isText = (value) => typeof value === "string";

  const number = (value) => {
    if (typeof value === "number") return value;
    if (value === "") return 0;
    const text = isText(value) ? value.trim() : "";
    return NUMBER.test(text) && text.length <= 40 ? Number(text) : undecided(value);
  };
  const verdict = (value) => {
    if (typeof value === "boolean") return value;
    return isText(value) ? value.toLowerCase() === "true" : undecided(value);
  };
  const moment = (text) => {
    const local = DAY.test(text) ? `${text}T00:00` : text.replace(" ", "T");
    const found = Date.parse(ZONE.test(local) && !DAY.test(text) ? local : `${local}+08:00`);
    return Number.isNaN(found) ? undecided(text) : found;
  };
  // Two days are in order as they are written.
  const areMoments = (a, b) => DATED.test(a) && DATED.test(b) && !(DAY.test(a) && DAY.test(b));

  const same = (a, b) => a === b || (Array.isArray(a) && JSON.stringify(a) === JSON.stringify(b));

  const equal = (a, b) => {
    if (a === null || b === null) return a === b;
    if (typeof a === typeof b) return same(a, b) || (isText(a) && areMoments(a, b) && moment(a) === moment(b));
    if (typeof a === "number" || typeof b === "number") return number(a) === number(b);
    if (typeof a === "boolean" || typeof b === "boolean") return verdict(a) === verdict(b);
    return false;
  };

  // How the first stands to the second: below zero before it, NaN where no order holds.
  const order = (a, b) => {
    if (a === null || b === null) return NaN;
    if (Array.isArray(a) || Array.isArray(b)) return undecided([a, b]);
    if (isText(a) && isText(b) && areMoments(a, b)) return moment(a) - moment(b);
    if (typeof a === "number" || typeof b === "number") return number(a) - number(b);
    const [one, other] = [String(a), String(b)];
    return one < other ? -1 : Number(one > other);
  };

  const truth = (value) => {
    if (isText(value)) return TRUTH.get(value.toLowerCase()) ?? undecided(value);
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  };
  const chosen = (value) => {
    if (value === null) return false;
    return isText(value) ? TRUTH.get(value.toLowerCase()) ?? value : value;
  };
  const holds = (value) => (isText(value) || Array.isArray(value) ? value.length > 0 : Boolean(value));

  const within = (value, container) => {
    if (container === null || (value === null && isText(container))) return false;
    if (Array.isArray(container)) return container.some((one) => same(one, value));
    return isText(container) && isText(value) ? container.includes(value) : undecided(container);
  };
  const empty = (value) => value === null || ((isText(value) || Array.isArray(value)) && value.length === 0);

  const evaluate = ([word, ...parts], read) => {
    const value = (part) => evaluate(part, read);
    switch (word) {
      case "value": return parts[0];
      case "field": return read(parts[0], parts[1]);
      case "list": return parts.map(value);
      case "and": {
        for (const part of parts.slice(0, -1)) if (!truth(value(part))) return false;
        return chosen(value(parts.at(-1)));
      }
      case "or": {
        for (const part of parts.slice(0, -1)) {
          const found = chosen(value(part));
          if (holds(found)) return found;
        }
        return chosen(value(parts.at(-1)));
      }
      case "not": return !truth(value(parts[0]));
      case "if": return value(truth(value(parts[0])) ? parts[1] : parts[2]);
      case "empty": return empty(value(parts[0]));
    }
    const [a, b] = parts.map(value);
    switch (word) {
      case "==": return equal(a, b);
      case "same": return same(a, b);
      case "in": return within(a, b);
      case "<": return order(a, b) < 0;
      case ">": return order(a, b) > 0;
      case "<=": return (a === null && b === null) || order(a, b) <= 0;
      case ">=": return (a === null && b === null) || order(a, b) >= 0;
    }
    return undecided(word);
  };

  const tidy = (text) => text.normalize("NFC").replace(/\r\n?/g, "\n").split("\n")
    .map((line) => line.trimEnd()).join("\n").replace(/^\n+|\n+$/g, "");

  // What was typed, as the server will read it (service/forms/values.py); null where nothing was.
  const typed = (kind, values) => {
    if (kind === "many") return values.filter((one) => one !== "");
    const lines = tidy(values.at(-1) ?? "");
    const text = kind === "lines" ? lines : lines.trim();
    if (text === "") return null;
    switch (kind) {
      case "number": return number(text.replace(/[,，]/g, ""));
      case "truth": return TRUTH.get(text) ?? undecided(text);
      case "day": return DAY.test(text) ? text : undecided(text);
      case "line": return text.split(/\s+/).join(" ");
      default: return text;
    }
  };

  // Whether a field applies, by what `values(name)` lists of the answers; one that cannot be decided does.
  const applies = (condition, values) => {
    try {
      return truth(evaluate(condition, (name, kind) => typed(kind, values(name))));
    } catch (error) {
      if (error instanceof RangeError) return true;
      throw error;
    }
  };

  globalThis.conditions = { applies };
})();
