/** The look of a report: one style sheet for the screen (light and dark), for paper, and for the preview in the window. */

const light = `--bg:#fff;--well:#f7f9f8;--line:#d9dfdd;--fg:#131a19;--fg2:#434e4c;--fg3:#5c6866;--acc:#0b6b68;--warn:#8a5300;--warnbg:#fbeed6;--bar:#3d8b87;
--c1:#375aab;--c2:#b2631a;--c3:#3c8d65;--c4:#842c74;--c5:#7a6600;--c6:#15769d;--c7:#691f12;--c8:#7759c8`;
const dark = `--bg:#14181a;--well:#101415;--line:#2b3336;--fg:#e8edeb;--fg2:#b4bfbc;--fg3:#8e9a97;--acc:#4cc0b7;--warn:#e3b057;--warnbg:#33270f;--bar:#33948e;
--c1:#4a81e0;--c2:#e68339;--c3:#67cba5;--c4:#b46a97;--c5:#e2d141;--c6:#a9e3f0;--c7:#dd5755;--c8:#cb8ef9`;

const colors = [1, 2, 3, 4, 5, 6, 7, 8]
  .map((n) => `.l${n}{stroke:var(--c${n})}.f${n}{fill:var(--c${n})}.chart .t${n}{fill:var(--c${n})}`)
  .join('');

const chart = `.chart{display:block;max-width:100%;height:auto;font-family:Inter,system-ui,sans-serif}
.chart text{font-size:11px;fill:var(--fg3)}.chart .end{font-weight:600}
.chart path{fill:none;stroke-width:1.8;stroke-linejoin:round}.chart .raw{stroke-width:1;opacity:.26}
.chart .grid{stroke:var(--line);stroke-width:.7}.chart .axis{stroke:var(--fg3)}.chart .event{stroke:var(--fg3);stroke-dasharray:2 3}
.chart .todo{fill:var(--well)}.chart .bar{fill:var(--bar)}${colors}`;

/** Every rule hangs on `.report`, so the same sheet works in a page of its own and in a shadow root. */
export const reportStyle = `.report{${light};box-sizing:border-box;max-width:780px;margin:0 auto;padding:44px 56px 64px;background:var(--bg);color:var(--fg);font:13px/21px Inter,"PingFang SC","Microsoft YaHei UI","Noto Sans CJK SC",system-ui,sans-serif;font-variant-numeric:tabular-nums}
.report[data-theme=dark]{${dark}}
@media screen and (prefers-color-scheme:dark){.report[data-theme=system]{${dark}}}
.report *{box-sizing:border-box}
.report h1{font-size:22px;line-height:30px;font-weight:600;margin:0}
.report h2{font-size:15px;line-height:22px;font-weight:600;margin:30px 0 8px;padding-top:14px;border-top:1px solid var(--line)}
.report h3{font-size:13px;font-weight:600;margin:16px 0 4px}
.report p{margin:0 0 10px;max-width:70ch}.report .by{color:var(--fg3);margin:2px 0 14px}
.report table{border-collapse:collapse;width:100%;margin:6px 0 14px;font-size:12px;line-height:18px}
.report th{color:var(--fg3);font-weight:500;text-align:left;background:var(--well)}
.report th,.report td{padding:4px 8px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
.report td:first-child{min-width:15ch}.report .few td:first-child{min-width:0}.report table.few{width:auto;min-width:50%}
.report .n{text-align:right;white-space:nowrap;overflow-wrap:normal}
.report .changed td:first-child{font-weight:600}.report .changed td:first-child::before{content:"";display:inline-block;width:6px;height:6px;border-radius:50%;background:var(--acc);margin-right:6px;vertical-align:1px}
.report dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:6px 0 14px;font-size:12px;line-height:18px}
.report dt{color:var(--fg3)}.report dd{margin:0;overflow-wrap:anywhere}
.report figure{margin:12px 0 18px;break-inside:avoid}.report figcaption{font-size:12px;font-weight:600;margin-bottom:4px}
.report .pair{display:grid;grid-template-columns:1fr 1fr;gap:0 20px}.report .pair figure{margin:6px 0 10px}
.report .strip{display:grid;grid-template-columns:52px 1fr;gap:4px 10px;align-items:center}.report .strip span{color:var(--fg3);font-size:12px}
.report img{display:block;max-width:100%;height:auto;image-rendering:pixelated}
.report pre{margin:6px 0 14px;padding:10px 12px;background:var(--well);border:1px solid var(--line);border-radius:6px;font:11px/17px "JetBrains Mono",ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.report details{margin:2px 0 0;font-size:12px}.report summary{color:var(--fg3)}.report details pre{max-height:260px;overflow:auto}
.report .note{margin:8px 0 14px;padding:8px 12px;border-radius:6px;background:var(--warnbg)}
.report footer{margin-top:32px;padding-top:10px;border-top:1px solid var(--line);color:var(--fg3);font-size:11px}
${chart}`;

/** Rules of a page of its own, which a shadow root has no use for. */
export const pageStyle = `html,body{margin:0}body{background:#fff}body:has([data-theme=dark]){background:#14181a}
@media screen and (prefers-color-scheme:dark){body:has([data-theme=system]){background:#14181a}}
@page{size:A4;margin:16mm 15mm}
@media print{.report,.report[data-theme]{${light};padding:0;max-width:none;-webkit-print-color-adjust:exact;print-color-adjust:exact}body:has([data-theme]){background:#fff}.report h2,.report h3{break-after:avoid}.report tr,.report dl,.report pre,.report .note,.report footer{break-inside:avoid}.report p{orphans:3;widows:3}.report details{display:none}}`;

/** For a chart that stands alone, as in Markdown: the same rules with the light colours. */
export const chartStyle = `<style>svg{${light};background:#fff}${chart}</style>`;
