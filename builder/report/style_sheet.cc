#include "report/page.h"

namespace kjx::report {

const char* const style_sheet = R"css(
:root {
  --paper: #f6f5f1; --card: #ffffff; --ink: #1d2126; --soft: #646b75; --line: #dedcd4; --accent: #b3471d;
  --source: #3b7dc4; --package: #3f8f4f; --kernel: #d07b2c; --image: #8a5cc2; --paper-kind: #8b8f96; --other: #2f9c95;
  --bad: #c62f2f;
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme=light]) {
    --paper: #14171b; --card: #1d2127; --ink: #e8e6e1; --soft: #9aa2ad; --line: #333941; --accent: #f0905f;
    --source: #5b9ce0; --package: #5cb270; --kernel: #e39a4f; --image: #a981de; --paper-kind: #7c828b; --other: #4dbdb5;
    --bad: #f06a6a;
  }
}
:root[data-theme=dark] {
  --paper: #14171b; --card: #1d2127; --ink: #e8e6e1; --soft: #9aa2ad; --line: #333941; --accent: #f0905f;
  --source: #5b9ce0; --package: #5cb270; --kernel: #e39a4f; --image: #a981de; --paper-kind: #7c828b; --other: #4dbdb5;
  --bad: #f06a6a;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, nav, main { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
header { position: relative; padding-top: 34px; }
h1 { font-size: 40px; line-height: 1.1; letter-spacing: -0.02em; margin: 0; }
header p { margin: 4px 60px 0 0; font-size: 17px; color: var(--soft); }
header .distro { font-size: 13px; text-transform: uppercase; letter-spacing: 0.08em; color: var(--accent); }
#theme { position: absolute; top: 34px; right: 20px; width: 40px; height: 40px; font-size: 18px; cursor: pointer;
  color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 50%; }
nav { position: sticky; top: 0; z-index: 2; display: flex; gap: 20px; overflow-x: auto; padding-top: 12px; padding-bottom: 12px;
  background: var(--paper); white-space: nowrap; font-size: 14px; }
nav a { color: var(--soft); text-decoration: none; }
nav a:hover, nav a:focus-visible { color: var(--accent); }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 10px; top: 10px; z-index: 3; background: var(--card); padding: 8px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); gap: 12px; margin: 12px 0 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
.tile dt { color: var(--soft); font-size: 13px; }
.tile dd { margin: 0; font-size: 25px; font-weight: 650; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; }
.tile p { margin: 0; font-size: 12px; color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; margin: 18px 0;
  scroll-margin-top: 54px; }
h2 { font-size: 21px; letter-spacing: -0.01em; margin: 0; }
.words, .none { color: var(--soft); margin: 2px 0 12px; }
code { font-size: 0.92em; background: var(--paper); border-radius: 4px; padding: 1px 5px; }
.legend { font-size: 12px; color: var(--soft); margin: 0 0 10px; }
.legend span { margin-right: 12px; }
.legend span::before { content: ""; display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 5px;
  background: var(--mine); }
.source { --mine: var(--source); } .package { --mine: var(--package); } .kernel { --mine: var(--kernel); }
.image { --mine: var(--image); } .paper { --mine: var(--paper-kind); } .other { --mine: var(--other); }
details { border-top: 1px solid var(--line); padding: 8px 0; }
summary { cursor: pointer; font-size: 13.5px; font-variant-numeric: tabular-nums; }
figure { margin: 10px 0 0; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { min-height: 1.5em; font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); pointer-events: none; }
.mark rect { fill: var(--mine); }
.mark text { fill: #fff; font-weight: 600; }
.mark.failed rect { fill: var(--bad); }
.mark.on rect, .mark:hover rect { stroke: var(--ink); stroke-width: 2; }
.grid { stroke: var(--line); }
svg .axis { fill: var(--soft); font-size: 11px; }
.graph { overflow: auto; max-height: 80vh; }
.graph svg { width: auto; max-width: none; margin: 0 auto; }
.graph path { fill: none; stroke: var(--soft); stroke-opacity: 0.28; }
.graph .dim { opacity: 0.18; }
.graph path.hot { stroke: var(--accent); stroke-opacity: 1; stroke-width: 1.6; }
.graph .mark text { font-size: 11.5px; }
.treemap .file rect { fill: var(--mine); fill-opacity: 0.82; }
.treemap .mark text { font-size: 11px; font-weight: 500; }
.treemap svg > text { font-weight: 600; }
.c0 { --mine: var(--source); } .c1 { --mine: var(--kernel); } .c2 { --mine: var(--package); } .c3 { --mine: var(--image); }
.c4 { --mine: var(--other); } .c5 { --mine: var(--accent); } .c6 { --mine: var(--paper-kind); } .c7 { --mine: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--soft); font-weight: 500; font-size: 12.5px; }
tbody th { font-weight: 600; }
td.source { white-space: normal; min-width: 240px; overflow-wrap: anywhere; color: var(--soft); font-size: 12.5px; }
td.over { color: var(--bad); font-weight: 650; }
.meter { display: block; height: 4px; width: 100%; min-width: 90px; margin-top: 3px; border-radius: 2px; background: linear-gradient(
  to right, var(--accent) calc(var(--part) * 100%), var(--line) 0); }
.boot svg > rect:first-of-type { fill: none; }
.boot svg text { fill: var(--ink); }
.boot svg line { stroke: var(--line); }
#tip { position: fixed; z-index: 4; max-width: 340px; pointer-events: none; background: var(--ink); color: var(--paper);
  font-size: 13px; padding: 5px 9px; border-radius: 6px; }
#tip[hidden] { display: none; }
@media (max-width: 640px) {
  h1 { font-size: 30px; }
  header, nav, main { padding-left: 12px; padding-right: 12px; }
  section { padding: 16px 12px; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 8px; }
  .tile dd { font-size: 21px; }
  .walk { overflow-x: auto; }
  .walk svg { width: auto; min-width: 720px; }
}
@media print { nav, #theme { display: none; } section { break-inside: avoid; } }
)css";

}  // namespace kjx::report
