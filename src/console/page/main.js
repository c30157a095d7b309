// The console: which screens there are, and how to add one.
//
// A screen is an object that one module of the directory of its subject exports; it is listed below.
//
//   export const tablesScreen = {
//     route: "/tables/:table/:tab?",        // of the hash; :name takes one part, :name? may be missing
//     title: (params) => `Table ${params.table}`,   // heading of the document and of the screen
//     nav: { label: "Tables", icon: "table", section: "Data" },  // only where it stands in the navigation
//     parent: "/tables",                    // else: the screen whose entry is shown as the current one
//     render(root, params, { signal }) { ... return dispose },   // fills the empty element `root`
//   };
//
// `params` has the route's parts and the query (#/items/Music?index=ByYear), as strings. `signal` is an
// AbortSignal that fires when the screen is left: give it to call() and to addEventListener(). `dispose`,
// if there is one, runs then too: timers end there. What render throws, also later as a promise, is shown
// in the screen. The heading is render's own: screenHead() of parts/head.js.
//
// What there is to build with; each function's comment says more:
//
//   frame/dom.js      h(name, attributes, ...children), svg(...), replace(parent, ...children). Text is only
//                     ever text: nothing in the console makes markup of it, and the page's policy forbids that.
//   frame/router.js   href("tables", name), href.query(parts, query), go(href), refresh()
//   frame/api.js      call(operation, input, { signal }) of DynamoDB and its streams, callConsole(...) of the
//                     console's own target; both sign, and throw ApiError { name, message, status, requestId,
//                     members }. pages(operation, input, listName, tokens, { signal }) is an async generator.
//   frame/session.js  session.signed, session.accessKeyId, session.region
//   frame/poll.js     poll(run, { signal, every }): asks again and again; frame/rows.js  allRows(operation, input) of the console's own
//   parts/head.js     screenHead({ title, crumbs, actions, note })
//   parts/grid.js     grid({ label, columns, ... }): rows by the ten thousand, virtual, with keys and selection
//   parts/table.js    table(label, columns, rows): a plain one
//   parts/dialog.js   openDialog({ title, body, actions }), confirmDialog({ title, text, action, typed })
//   parts/field.js    textField, areaField, selectField, checkField, fieldset, searchField
//   parts/button.js   button(label, run, { kind, icon }), linkButton(label, href); disabled while `run` runs
//   parts/toast.js    toast(text, kind)
//   parts/tabs.js     tabs(label, [{ id, label, href }], current): of links; tabPanel(label, [{ label, body() }])
//   parts/code.js     codeView({ CLI: text, SQL: text }), with a button that copies
//   parts/chart.js    sparkline(values, label), lineChart({ label, series: [{ name, points: [[ms, value]] }], format })
//   parts/state.js    loading(text), emptyState({ title, text, actions }), errorView(error, retry), badge(text, kind),
//                     facts([[name, value]]), progress(fraction, label)
//   parts/icon.js     icon(name)
//   parts/format.js   bytes, count, time, ago, duration
//   items/value.js    attribute values: plain JSON that keeps 38 digits, typed JSON, short texts of them
//
// Colours, distances and sizes are the variables of style/tokens.css, for light and dark alike. A screen's own
// style stands in style/screens.css under a class that begins with its name.
import { start } from "./frame/shell.js";
import { itemsScreen } from "./items/explorer.js";
import { createTableScreen } from "./tables/create.js";
import { tableScreen } from "./tables/detail.js";
import { tablesScreen } from "./tables/list.js";
import { operatorScreens } from "./operator_screens.js";

start([tablesScreen, createTableScreen, tableScreen, itemsScreen, ...operatorScreens]);
