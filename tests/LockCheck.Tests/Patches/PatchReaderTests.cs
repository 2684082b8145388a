using System.Diagnostics;
using System.Text;
using LockCheck.Patches;
using Xunit;

namespace LockCheck.Tests.Patches;

/// <summary>What the reader of patches does with text that is not quite a patch: it says so, and does not fall.</summary>
public sealed class PatchReaderTests
{
    const string Diff = """
        diff --git a/P/C.cs b/P/C.cs
        index 1111111..2222222 100644
        --- a/P/C.cs
        +++ b/P/C.cs
        @@ -1,5 +1,4 @@ class C
         class C
         {
        -    int a;
        -    int b;
        +    int c;
         }

        """;

    static string Text(Patch? patch) => Encoding.UTF8.GetString(patch!.Diff);

    [Theory]
    [InlineData("diff --cc C.cs\nindex 1,2..3\n--- a/C.cs\n+++ b/C.cs\n@@@ -1,2 -1,2 +1,2 @@@\n  a\n++b\n", "combined diff")]
    [InlineData("*** C.cs\t2026\n--- C.cs\t2026\n***************\n*** 1,2 ****\n", "context diff")]
    [InlineData("@@ -1 +1 @@\n-a\n+b\n", "no line before it names a file")]
    [InlineData("--- a/C.cs\n+++ b/C.cs\n@@ -1,99999999999999999999 +1 @@\n-a\n+b\n", "cannot be read")]
    public void OtherFormsOfDiff_AreRefusedByName(string text, string reason)
    {
        var refused = Assert.Throws<PatchException>(() => PatchReader.Take("x", text));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CutOffPatch_IsRefused()
    {
        var cut = Diff[..Diff.IndexOf("+    int c;", StringComparison.Ordinal)];
        Assert.Contains("cut off", Assert.Throws<PatchException>(() => PatchReader.Take("x", cut)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextThatIsNoPatch_IsNone()
    {
        Assert.Null(PatchReader.Take("x", "Hello,\n\nno patch here.\n> nor here\n"));
    }

    [Fact]
    public void SignatureAndTrailingText_AreNoPartOfTheHunk()
    {
        Assert.Equal(Diff, Text(PatchReader.Take("x", Diff + "-- \n2.39.5\n\nbase-commit: 1234567\n")));
    }

    [Fact]
    public void RemarksWithinAHunk_AreLeftOut()
    {
        var remarked = Diff.Replace("-    int b;\n", "-    int b;\n\nWhy this?\n\n", StringComparison.Ordinal);
        var patch = PatchReader.Take("x", remarked);
        Assert.Equal(Diff, Text(patch));
        Assert.Contains("remarks", Assert.Single(patch!.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void WrappedLines_AreJoined()
    {
        var wide = Diff.Replace("int c;", "int aVeryLongNameThatNobodyWouldWrite = AnotherVeryLongName + AThirdOne;", StringComparison.Ordinal);
        var wrapped = wide.Replace("Name + AThirdOne", "Name\n+ AThirdOne", StringComparison.Ordinal).Replace("\n+ AThirdOne", "\nplus AThirdOne", StringComparison.Ordinal);
        Assert.Contains("AnotherVeryLongName plus AThirdOne;\n", Text(PatchReader.Take("x", wrapped)), StringComparison.Ordinal);
    }

    [Fact]
    public void WrongCounts_AreCountedAnewWhereTheTextGoesOn()
    {
        var second = Diff.Replace("C.cs", "D.cs", StringComparison.Ordinal);
        var patch = PatchReader.Take("x", Diff.Replace("@@ -1,5 +1,4 @@", "@@ -1,6 +1,7 @@", StringComparison.Ordinal) + second);
        Assert.Equal(Diff + second, Text(patch));
    }

    [Fact]
    public void BinaryWithoutContent_IsLeftOutAndNamed()
    {
        var patch = PatchReader.Take("x", "diff --git a/x.png b/x.png\nindex 1..2 100644\nBinary files a/x.png and b/x.png differ\n" + Diff);
        Assert.Equal(Diff, Text(patch));
        Assert.Contains("x.png", Assert.Single(patch!.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void TenThousandMutations_AreReadOrRefused()
    {
        const string mail = "From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\nFrom: a <a@b>\nSubject: [PATCH 1/2] x\n\n> quoted\n---\n";
        var whole = mail + Diff + "-- \n2.39\n" + Diff.Replace("C.cs", "D.cs", StringComparison.Ordinal);
        string[] pieces = ["@@ -1,3 +1,3 @@", "@@ -", "diff --git a/../../etc b/../../etc", "--- /dev/null", "+++ b/\u001b[2J", "\\ No newline", "GIT binary patch", "literal 4294967296", "\0", "\r", "> > ", "\u00C2\u00A0", "-- ", "rename from x", "@@ -0,0 +2147483647,2147483647 @@", new('+', 5000)];
        var random = new Random(20261121);
        int read = 0, refused = 0;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 10_000; i++)
        {
            var text = new StringBuilder(whole);
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                if (text.Length == 0)
                    break;
                var at = random.Next(text.Length);
                switch (random.Next(5))
                {
                    case 0:
                        text.Remove(at, Math.Min(random.Next(1, 80), text.Length - at));
                        break;
                    case 1:
                        text.Insert(at, pieces[random.Next(pieces.Length)]);
                        break;
                    case 2:
                        text.Insert(at, "\n" + pieces[random.Next(pieces.Length)] + "\n");
                        break;
                    case 3:
                        text[at] = (char)random.Next(256);
                        break;
                    default:
                        text.Length = Math.Max(at, 1);
                        break;
                }
            }
            try
            {
                if (PatchReader.Take("x", text.ToString()) is { } patch)
                    _ = UnifiedDiff.Parse(Encoding.Latin1.GetString(patch.Diff));
                read++;
            }
            catch (PatchException)
            {
                refused++;
            }
            _ = UnifiedDiff.Parse(text.ToString());
        }
        Assert.Equal(10_000, read + refused);
        Assert.True(read > 1000 && refused > 1000, $"{read} read, {refused} refused: the mutations try one side only");
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), "a mutation takes more than linear time");
    }

    [Fact]
    public void HugeHunk_IsReadInLinearTime()
    {
        var text = new StringBuilder("--- a/C.cs\n+++ b/C.cs\n@@ -0,0 +1,200000 @@\n");
        for (var i = 0; i < 200_000; i++)
            text.Append("+x\n");
        Assert.Equal(text.Length, PatchReader.Take("x", text.ToString())!.Diff.Length);
    }

    [Fact]
    public void Inversion_IsItsOwnInverse()
    {
        var file = Assert.Single(UnifiedDiff.Parse(Diff));
        var back = file.Inverted().Inverted();
        Assert.Equal(file.Hunks.SelectMany(h => h.Lines), back.Hunks.SelectMany(h => h.Lines));
        Assert.Equal(["+    int a;", "+    int b;"], file.Inverted().Hunks[0].Lines.Where(l => l.Kind == DiffLineKind.Added).Select(l => "+" + l.Text));
    }
}
