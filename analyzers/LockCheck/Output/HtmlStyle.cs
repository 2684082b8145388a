namespace LockCheck.Output;

/// <summary>The style of the HTML report. Colours have a contrast of at least 4.5 to 1 on either background.</summary>
internal static class HtmlStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = """

        :root { color-scheme: light dark; --bg: #fff; --fg: #1f2328; --soft: #f3f4f6; --line: #d0d7de; --red: #b3261e; --green: #116329; --amber: #7a4d00; --blue: #0a50a8; --add: #e3f7e8; --del: #fde8e7; --mark: #ffe58f; }
        @media (prefers-color-scheme: dark) { :root { --bg: #14171c; --fg: #e6e8eb; --soft: #1f242b; --line: #3a424d; --red: #ff9a92; --green: #7ee29a; --amber: #f0c068; --blue: #8ab8ff; --add: #12321c; --del: #3d1a1a; --mark: #5b4a00; } }
        body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--bg); color: var(--fg); font: 1rem/1.5 system-ui, sans-serif; }
        code, pre { font-family: ui-monospace, Consolas, monospace; font-size: .875rem; }
        pre { overflow-x: auto; padding: .5rem; background: var(--soft); border: 1px solid var(--line); }
        details { border-left: 4px solid var(--line); margin: .5rem 0; padding-left: .75rem; }
        summary { cursor: pointer; } summary:focus-visible, a:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
        .introduced h2, .notAnalyzed h2 { color: var(--red); } .fixed h2 { color: var(--green); } .weakened h2, .hidden h2, .passing h2 { color: var(--amber); }
        .counts { display: flex; flex-wrap: wrap; gap: 1rem; list-style: none; padding: 0; } .n { opacity: .75; user-select: none; }
        .add { background: var(--add); } .del { background: var(--del); } mark { background: var(--mark); color: inherit; text-decoration: underline; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; } dt { font-weight: 600; } dd { margin: 0; }
        table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; }
        svg text { fill: var(--fg); font: .8rem ui-monospace, monospace; } svg rect { fill: var(--soft); stroke: var(--fg); } svg path { stroke: var(--fg); fill: none; } svg .cycle { stroke: var(--red); stroke-width: 2; }
        .skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; }

        """;
}
