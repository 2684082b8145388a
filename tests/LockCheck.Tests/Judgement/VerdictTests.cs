using LockCheck.Judgement;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Judgement;

/// <summary>What is said of single changes.</summary>
public sealed class VerdictTests
{
    const string Base = """
        using System.Threading;
        using LockDiscipline;

        public sealed class Counter
        {
            private readonly object _gate = new();
            private readonly object _other = new();

            [GuardedBy(nameof(_gate))]
            private int _value;

            private int _free;

            public void Add()
            {
                lock (_gate)
                {
                    _value++;
                    _free++;
                }
            }

            public int Read() => _value;

            [RequiresLock(nameof(_gate))]
            public void Reset()
            {
                _value = 0;
            }

            public void Both()
            {
                lock (_gate)
                {
                    Reset();
                }
            }
        }

        """;

    static Task<PatchReport> Replace(string from, string to)
    {
        Assert.Contains(from, Base, StringComparison.Ordinal);
        return Judged.Sources(Base, Base.Replace(from, to, StringComparison.Ordinal));
    }

    static string[] Of(PatchReport report, params Verdict[] verdicts) => [.. report.Findings.Where(f => verdicts.Contains(f.Verdict)).Select(f => $"{f.Verdict} {f.Finding.Rule} {f.Finding.Member}")];

    [Fact]
    public async Task LockRemoved_IsIntroducedWithTheRemovedLineQuoted()
    {
        var report = await Replace("        lock (_gate)\n        {\n            _value++;\n            _free++;\n        }\n", "        _value++;\n        _free++;\n");

        Assert.Equal(["Introduced LCK1001 M:Counter.Add"], Of(report, Verdict.Introduced));
        Assert.Equal("        lock (_gate)", report.Introduced.Single().Cause!.Removed!.Value.Text);
        Assert.Equal(["PreExisting LCK1001 M:Counter.Read"], Of(report, Verdict.PreExisting));
    }

    [Fact]
    public async Task DeletionOnly_IsAttributedToTheHunkThatDeletes()
    {
        const string call = "        lock (_gate)\n        {\n            Reset();\n        }\n";
        var before = Base.Replace(call, "        Monitor.Enter(_gate);\n        Reset();\n        Monitor.Exit(_gate);\n", StringComparison.Ordinal);
        var after = before.Replace("        Monitor.Enter(_gate);\n", "", StringComparison.Ordinal).Replace("        Monitor.Exit(_gate);\n", "", StringComparison.Ordinal);

        var report = await Judged.Sources(before, after);

        var introduced = report.Introduced.Single();
        Assert.Equal("LCK1002", introduced.Finding.Rule);
        Assert.Equal("changed in the same member", introduced.Cause!.Why);
        Assert.Equal("        Monitor.Enter(_gate);", introduced.Cause.Removed!.Value.Text);
    }

    [Fact]
    public async Task ContractOfACallee_IsTheCauseOfAFindingOnAnUntouchedLine()
    {
        var before = Base.Replace("    [RequiresLock(nameof(_gate))]\n    public void Reset()\n    {\n        _value = 0;\n    }\n", "    public void Reset()\n    {\n        lock (_gate) { _value = 0; }\n    }\n", StringComparison.Ordinal)
            .Replace("        lock (_gate)\n        {\n            Reset();\n        }\n", "        Reset();\n", StringComparison.Ordinal);
        var after = before.Replace("    public void Reset()\n    {\n        lock (_gate) { _value = 0; }\n", "    [RequiresLock(nameof(_gate))]\n    public void Reset()\n    {\n        _value = 0;\n", StringComparison.Ordinal);

        var report = await Judged.Sources(before, after);

        var introduced = report.Introduced.Single();
        Assert.Equal("LCK1002", introduced.Finding.Rule);
        Assert.Equal("M:Counter.Both", introduced.Finding.Member);
        Assert.Equal("changed in 'Reset', which is used here", introduced.Cause!.Why);
        Assert.Equal("Reset", Assert.Single(introduced.Cause.Via));
    }

    [Fact]
    public async Task LockAdded_Fixes()
    {
        var report = await Replace("public int Read() => _value;", "public int Read() { lock (_gate) return _value; }");
        Assert.Equal(["Fixed LCK1001 M:Counter.Read"], Of(report, Verdict.Fixed, Verdict.Introduced));
        Assert.Empty(report.Weakenings);
    }

    [Fact]
    public async Task TheSameMistakeElsewhere_IsNewWhereTheOldOneWasMended()
    {
        var report = await Judged.Sources(
            Base.Replace("public int Read() => _value;", "public int Read() { return _value; }", StringComparison.Ordinal),
            Base.Replace("public int Read() => _value;", "public int Read() { lock (_gate) return _value; }\n    public int Peek() { return _value; }", StringComparison.Ordinal));
        Assert.Equal(["Fixed LCK1001 M:Counter.Read", "Introduced LCK1001 M:Counter.Peek"], Of(report, Verdict.Fixed, Verdict.Introduced).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ContractDeleted_IsWeakened()
    {
        var report = await Replace("    [GuardedBy(nameof(_gate))]\n", "");
        var weakening = Assert.Single(report.Weakenings);
        Assert.Equal(WeakeningKind.ContractRemoved, weakening.Weakening.Kind);
        Assert.Equal("'Counter._value' no longer says [GuardedBy(nameof(_gate))]", weakening.Weakening.Message);
        Assert.Equal("    [GuardedBy(nameof(_gate))]", weakening.Cause!.Removed!.Value.Text);
    }

    [Fact]
    public async Task ProtectionOfUnannotatedData_IsWeakened()
    {
        var report = await Replace("            _free++;\n        }\n", "        }\n        _free++;\n");
        var weakening = Assert.Single(report.Weakenings);
        Assert.Equal("'_free' was written under '_gate' here and is now written without it", weakening.Weakening.Message);
        Assert.Empty(report.Introduced);
        Assert.Equal(ExitCode.Clean, report.ExitCodeFor([FailOn.Warning]));
        Assert.Equal(ExitCode.Findings, report.ExitCodeFor([FailOn.Weakened]));
    }

    [Fact]
    public async Task AnotherLockForTheSameData_IsWeakened()
    {
        var before = Base.Replace("            _value++;\n", "", StringComparison.Ordinal);
        var report = await Judged.Sources(before, before.Replace("lock (_gate)\n        {\n            _free++;", "lock (_other)\n        {\n            _free++;", StringComparison.Ordinal));
        Assert.Equal("'_free' was written under '_gate' here and is now under '_other'", Assert.Single(report.Weakenings).Weakening.Message);
    }

    [Fact]
    public async Task SharedModeAskedFor_IsWeakened()
    {
        var report = await Replace("[RequiresLock(nameof(_gate))]", "[RequiresLock(nameof(_gate), Shared = true)]");
        Assert.Contains(report.Weakenings, w => w.Weakening.Kind == WeakeningKind.ContractNarrowed);
    }

    // None, open or waived before; none, open or waived after.
    [Theory]
    [InlineData(0, 1, "Introduced")]
    [InlineData(0, 2, "Hidden")]
    [InlineData(1, 0, "Fixed")]
    [InlineData(1, 1, "PreExisting")]
    [InlineData(1, 2, "Hidden")]
    [InlineData(2, 1, "Unhidden")]
    [InlineData(0, 0, "")]
    [InlineData(2, 0, "")]
    [InlineData(2, 2, "")]
    public async Task Waivers_MakeNineCases(int before, int after, string verdict)
    {
        var report = await Judged.Sources(With(before), With(after));
        Assert.Equal(verdict.Length == 0 ? [] : [verdict], report.Findings.Select(f => f.Verdict.ToString()));

        static string With(int state) => Base.Replace("    public int Read() => _value;\n", state switch
        {
            0 => "    public int Read()\n    {\n        lock (_gate)\n            return _value;\n    }\n",
            1 => "    public int Read()\n    {\n        return _value;\n    }\n",
            _ => "    public int Read()\n    {\n#pragma warning disable LCK1001\n        return _value;\n#pragma warning restore LCK1001\n    }\n",
        }, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnalysisSwitchedOff_HidesAndIsNotTakenForAFix()
    {
        var report = await Replace("    public int Read() => _value;", "    [NoLockAnalysis(\"approximate\")]\n    public int Read() => _value;");
        Assert.Equal(["Hidden LCK1001 M:Counter.Read"], Of(report, Verdict.Hidden, Verdict.Fixed));
        Assert.Equal(ExitCode.Clean, report.ExitCodeFor([FailOn.Warning]));
        Assert.Equal(ExitCode.Findings, report.ExitCodeFor([FailOn.Hidden]));
    }

    [Fact]
    public async Task Series_TellsWhichStepIntroducesAndWhichMends()
    {
        var unlocked = Base.Replace("        lock (_gate)\n        {\n            _value++;\n            _free++;\n        }\n", "        _value++;\n        _free++;\n", StringComparison.Ordinal);
        var comment = unlocked.Replace("public void Both()", "/* both */ public void Both()", StringComparison.Ordinal);

        var report = await Judged.Sources(Base, unlocked, comment, Base);

        var passing = Assert.Single(report.Passing);
        Assert.Equal((1, 3), (passing.IntroducedBy, passing.EndedBy));
        Assert.Empty(report.Introduced);
        Assert.Equal(ExitCode.Clean, report.ExitCodeFor([FailOn.Warning]));
        var open = await Judged.Sources(Base, Base + "// more\n", unlocked, comment);
        Assert.Equal(2, Assert.Single(open.Introduced).IntroducedBy);
    }
}
