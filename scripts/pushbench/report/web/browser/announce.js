// Says what has changed to who does not see it. One line of the page, which a screen reader reads when it changes.
"use strict";

function announce(text) {
  const line = document.getElementById("announced");
  // The same words twice are no change: a space that nobody sees makes them one.
  line.textContent = line.textContent === text ? text + "\u00a0" : text;
}

module.exports = {announce};
