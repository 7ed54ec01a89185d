import { createHash } from "node:crypto";

/** The page's style. It loads nothing, and fits paper, screens and telephones. */
export const pageStyle = `
:root{--ink:#17202a;--soft:#51606e;--line:#cfd6dc;--tint:#f3f6f7;--accent:#0b5345;color-scheme:light}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:#fff;color:var(--ink);font:16px/1.55 "Source Serif 4",Charter,"Bitstream Charter","Iowan Old Style",Georgia,"Liberation Serif","DejaVu Serif",serif;overflow-wrap:anywhere}
main{max-width:52rem;margin:0 auto;padding:3rem 2rem 4rem}
.brand{margin:0 0 1.4rem;font:600 .78rem/1.3 var(--sans);letter-spacing:.14em;text-transform:uppercase;color:var(--accent)}
:root{--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans","DejaVu Sans",Arial,sans-serif;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
h1{margin:0 0 1.6rem;font-size:2rem;line-height:1.2;font-weight:600;letter-spacing:-.01em}
h2{margin:2.6rem 0 .9rem;padding-top:.55rem;border-top:2px solid var(--ink);font-size:1.24rem;line-height:1.3}
h3{margin:1.7rem 0 .5rem;font:600 .92rem/1.4 var(--sans);color:var(--ink)}
p{margin:0 0 .8rem}
code{font:.86em/1.4 var(--mono);overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.6rem;margin:0 0 1.6rem;padding:.9rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.facts dt{font:500 .86rem/1.7 var(--sans);color:var(--soft)}
.facts dd{margin:0}
.answer{margin:1.6rem 0 0;padding:1.1rem 1.3rem;background:var(--tint);border-left:4px solid var(--accent)}
.answer p:last-child{margin-bottom:0}
.answer strong{font-weight:650}
table{width:100%;border-collapse:collapse;font:.86rem/1.45 var(--sans);margin:0 0 1rem}
caption{text-align:left;padding:0 0 .4rem;color:var(--soft)}
th,td{padding:.5rem .8rem .5rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th:last-child,td:last-child{padding-right:0}
thead th{border-bottom:1.5px solid var(--ink);font-weight:600;color:var(--soft)}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
td .more{display:block;margin-top:.2rem;color:var(--soft);font-size:.92em}
table.map{table-layout:fixed;margin-bottom:1.6rem}
table.map th:nth-child(1),table.map td:nth-child(1){width:27%}
table.map th:nth-child(3),table.map td:nth-child(3){width:17%}
table.map caption strong{color:var(--ink)}
table.map caption .more{display:block;margin-top:.15rem}
.hash{display:block;color:var(--soft);font:.76rem/1.5 var(--mono)}
dl.absent{margin:0}
dl.absent dt{margin-top:1rem;font-weight:650}
dl.absent dd{margin:.15rem 0 0;color:var(--ink)}
ol,ul{margin:0 0 .8rem;padding-left:1.4rem}
li{margin:0 0 .45rem}
pre{margin:.3rem 0 .6rem;padding:.7rem .9rem;background:var(--tint);font:.8rem/1.5 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere}
.none{color:var(--soft)}
.held{font-weight:650}
footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--line);color:var(--soft);font:.82rem/1.5 var(--sans)}
@media (max-width:40rem){
main{padding:1.6rem 1.1rem 2.4rem}
h1{font-size:1.5rem}
.facts{grid-template-columns:1fr;gap:0}
.facts dd{margin-bottom:.6rem}
table,caption,tbody,tr,td{display:block;width:100%}
table.map td:nth-child(n){width:100%}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{padding:.7rem 0;border-bottom:1px solid var(--line)}
td,td.number{padding:.1rem 0;border:0;text-align:left}
td[data-label]::before{content:attr(data-label) ": ";color:var(--soft)}
}
@media print{
@page{size:A4;margin:20mm 18mm 20mm;@bottom-left{content:"Redoubt: disclosure of stored data";font:7.5pt sans-serif;color:#51606e}@bottom-right{content:counter(page) " / " counter(pages);font:7.5pt sans-serif;color:#51606e}}
body{font-size:10.5pt;line-height:1.45}
main{max-width:none;padding:0}
h1{font-size:19pt}
h2{margin-top:20pt;break-after:avoid}
h3{break-after:avoid}
thead{display:table-header-group}
tr,dl.absent div,.answer,pre,li{break-inside:avoid}
.annex{break-before:page}
.annex h2{margin-top:0}
caption,thead{break-after:avoid}
tbody tr:first-child{break-before:avoid}
table{font-size:8.6pt}
.hash{font-size:7.2pt}
.answer,pre{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

/** What the page may do: be shown in this style, and nothing else. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(pageStyle).digest("base64")}'; base-uri 'none'; form-action 'none'`;
