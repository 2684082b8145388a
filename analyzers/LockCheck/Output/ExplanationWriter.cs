using System.Collections.Immutable;
using System.Globalization;
using LockCheck.Analysis;
using LockCheck.Baselines;
using LockCheck.Contracts;
using LockCheck.Fixes;
using LockCheck.Judgement;

namespace LockCheck.Output;

/// <summary>A place that is to be explained, and all that is known of it.</summary>
/// <param name="Facts">What the analysis knows there; null where the place is in no code.</param>
/// <param name="Contracts">What is stated of the member that it is in, and of what it names.</param>
internal sealed record PlaceExplained(PlaceFacts? Facts, ImmutableArray<MemberStatements> Contracts);

/// <summary>A finding that is to be explained, and all that is known of it.</summary>
/// <param name="Extra">What a comparison knows of it, by name.</param>
/// <param name="Fingerprint">As the reports give it.</param>
/// <param name="Fixes">What an editor's light bulb would do.</param>
internal sealed record FindingExplained(FindingIdentity Finding, ImmutableArray<(string Name, string Value)> Extra, string Fingerprint, PlaceExplained Place, ImmutableArray<ProposedFix> Fixes);

/// <summary>Writes what holds at a finding, why it is one, and what can be done.</summary>
internal sealed class ExplanationWriter(Terminal terminal)
{
    const int Columns = 80;
    const string Indent = "  ";

    readonly TextWriter _out = terminal.Out;
    readonly int _columns = Math.Min(Columns, terminal.Width);

    /// <summary>Explains a finding.</summary>
    public void Write(FindingExplained explained)
    {
        var finding = explained.Finding;
        new FindingWriter(terminal, _columns).Write(finding.Finding, explained.Extra);
        Head("What the rule says");
        Paragraph(finding.Finding.Diagnostic.Descriptor.Description.ToString(CultureInfo.InvariantCulture) is { Length: > 0 } description ? description : finding.Finding.Title);
        Paragraph($"The whole page: lockcheck explain {finding.Rule}");
        _out.WriteLine();
        Write(explained.Place);
        Head("What can be done");
        foreach (var fix in explained.Fixes)
            Item("light bulb:", fix.Title);
        Item("by hand:", finding.Finding.Hint);
        if (finding.IsWaived)
        {
            Item("waived:", "the code hides it, by a pragma or an attribute");
        }
        else
        {
            Item("waive it:", $"#pragma warning disable {finding.Rule} // why it is right");
            Item("", $"or in a baseline (lockcheck check --baseline FILE), under \"waivers\": {{ \"rule\": \"{finding.Rule}\", \"member\": \"{Baseline.KeyOf(finding).Member}\", \"reason\": \"why it is right\", \"hash\": \"{Baseline.HashOf(finding)}\" }}");
        }
        Item("fingerprint:", explained.Fingerprint);
        _out.WriteLine();
    }

    /// <summary>Tells what is known at a place.</summary>
    public void Write(PlaceExplained place)
    {
        if (place.Facts is not { } facts)
            return;
        Head("What is known there");
        Item("on entry:", facts.OnEntry.IsEmpty ? "no contract says that a lock is held" : string.Join(", ", facts.OnEntry) + ", as the contract says");
        if (facts.Paths == 0)
        {
            Item("held:", "not known, since nothing there has to do with locks");
        }
        else
        {
            var paths = facts.Paths == 1 ? "the one path" : $"any of the {FindingWriter.Number(facts.Paths)} paths";
            if (facts.Held.IsEmpty)
                Item("held:", $"nothing, on {paths} that leads there");
            for (var i = 0; i < facts.Held.Length; i++)
                Item(i == 0 ? "held:" : "", Describe(facts.Held[i], facts.Paths));
        }
        var said = place.Contracts.SelectMany(m => m.Contracts.Select(c => (Member: m, Contract: c))).ToList();
        if (said.Count == 0)
            Item("contracts:", "none is stated of what is named there");
        for (var i = 0; i < said.Count; i++)
        {
            var (member, contract) = said[i];
            Item(i == 0 ? "contracts:" : "", $"{member.Name}: {contract.Text}, {(contract.Problem is { } problem ? $"which binds to nothing ({problem})" : contract.Bound is { } bound ? $"which is {bound}" : "as it stands")} [{contract.Source}]");
        }
        _out.WriteLine();
    }

    static string Describe(HeldLock held, int paths) =>
        $"{held.Lock} ({held.Mode}), {held.How}{(held.Where is { } where ? " at " + FindingWriter.Position(where) : "")}{(held.Paths == paths ? "" : $", on {FindingWriter.Number(held.Paths)} of {FindingWriter.Number(paths)} paths only")}";

    void Head(string text) => _out.WriteLine(terminal.Paint(text, Style.Bold));

    void Paragraph(string text) => Wrapped(text, Indent, Indent);

    // Names in one column, what is said of them beside it.
    void Item(string name, string text)
    {
        const int names = 13;
        Wrapped(text, Indent + terminal.Paint(name, Style.Blue) + new string(' ', Math.Max(names - name.Length, 1)), Indent + new string(' ', names));
    }

    void Wrapped(string text, string first, string further)
    {
        var styled = new StyledText();
        styled.Add(text, null);
        foreach (var (line, _) in styled.Wrap(_columns - further.Length, terminal))
        {
            _out.WriteLine((first + line).TrimEnd());
            first = further;
        }
    }
}
