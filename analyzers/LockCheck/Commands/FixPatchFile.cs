using LockCheck.Fixes;
using LockCheck.Judgement;
using LockCheck.Output;

namespace LockCheck.Commands;

/// <summary>Writes the patch that <c>--fix-patch</c> asks for, and tells what it mends. What is told stands beside the report, which may be for a program.</summary>
internal static class FixPatchFile
{
    const int LeftShown = 5;

    /// <summary>Writes it; nothing where nothing is mended.</summary>
    /// <param name="findings">The findings that were to be mended.</param>
    /// <param name="nothing">What is said where there were none.</param>
    /// <param name="on">What the patch goes on top of.</param>
    /// <exception cref="LockCheckException">The file cannot be written.</exception>
    public static void Write(string path, FixPatchResult fix, IReadOnlyList<FindingIdentity> findings, string nothing, string on, Terminal terminal)
    {
        if (fix.Mended.IsEmpty)
        {
            terminal.Error.WriteLine(findings.Count == 0
                ? $"lockcheck: no patch was written, since {nothing}."
                : $"lockcheck: no patch was written, since no code fix mends any of the {FindingWriter.Count(findings.Count, "finding")} without bringing another.");
            return;
        }
        OutputFile.Write(path, fix.Diff);
        terminal.Error.WriteLine($"lockcheck: '{DisplayPath.Of(path)}' mends {FindingWriter.Number(fix.Mended.Count)} of {FindingWriter.Count(findings.Count, "finding")}. Use it on top of {on}: git apply '{DisplayPath.Of(path)}'");
        var left = findings.Where(f => !fix.Mended.Contains(f)).ToList();
        foreach (var finding in left.Take(LeftShown))
            terminal.Error.WriteLine($"lockcheck: left as it is: {SafeText.Escape(finding.Path)}:{FindingWriter.Number(finding.Line)}: {finding.Rule}, which no code fix mends without bringing another");
        if (left.Count > LeftShown)
            terminal.Error.WriteLine($"lockcheck: left as they are: {FindingWriter.Number(left.Count - LeftShown)} more");
    }
}
