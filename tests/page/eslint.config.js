// What the page's modules are held to. Without a package of rules: those that ESLint has itself.
"use strict";

const PAGE = ["CSS", "Event", "IntersectionObserver", "ResizeObserver", "addEventListener", "document",
              "getComputedStyle", "history", "innerHeight", "location", "matchMedia", "queueMicrotask",
              "reportError", "requestAnimationFrame", "setTimeout"];

module.exports = [{
  files: ["**/*.js"],
  languageOptions: {ecmaVersion: 2023, sourceType: "commonjs",
                    globals: Object.fromEntries(PAGE.map(name => [name, "readonly"]))},
  rules: {"no-undef": "error", "no-unused-vars": "error", "no-shadow": "error", "prefer-const": "error",
          "no-var": "error", eqeqeq: "error", "no-implicit-globals": "error",
          "no-fallthrough": "error", "no-dupe-keys": "error",
          "no-unreachable": "error", "no-eval": "error", complexity: ["error", 15], "max-len": ["error", 120]},
}];
