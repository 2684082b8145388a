using System.Collections.Immutable;
using LockDiscipline.Benchmarks.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Benchmarks.Measuring;

/// <summary>The code that documents are edited of.</summary>
public enum EditedCode
{
    /// <summary>The memory model.</summary>
    Model,

    /// <summary>Generated, a lock of the framework in every member.</summary>
    LockHeavy,
}

/// <summary>A project that an editor has had open for a while. Not thread-safe.</summary>
public sealed class EditSession
{
    readonly CSharpCompilation _open;
    readonly int _expected;

    EditSession(CSharpCompilation open, int documents, int expected)
    {
        _open = open;
        _expected = expected;
        Documents = [.. open.SyntaxTrees.OrderByDescending(tree => tree.GetText().Lines.Count).ThenBy(tree => tree.FilePath, StringComparer.Ordinal).Take(documents)];
    }

    /// <summary>The biggest documents, biggest first.</summary>
    public ImmutableArray<SyntaxTree> Documents { get; }

    /// <summary>Opens the code of that kind; everything in it has been compiled and analysed once.</summary>
    public static EditSession Open(EditedCode code, Sizes sizes)
    {
        var (corpus, expected) = code switch
        {
            EditedCode.Model => (RepositoryCode.Model(), 0),
            EditedCode.LockHeavy => (LockHeavyCode.Of(sizes.LockHeavyFiles), LockShapes.Flawed.Length),
            _ => throw new ArgumentOutOfRangeException(nameof(code)),
        };
        var open = corpus.Compiling().Compile()[0];
        open.GetDiagnostics();
        Runner.RunAsync([open], Contender.Ours).GetAwaiter().GetResult();
        return new EditSession(open, sizes.EditedDocuments, expected);
    }

    /// <summary>Types a statement into a method of a document; the documents take turns, and so do their methods.</summary>
    /// <param name="number">Of the edit.</param>
    public Edit Make(int number)
    {
        var document = Documents[number % Documents.Length];
        var bodies = document.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Where(method => method.Body is not null).Select(method => method.Body!.OpenBraceToken.Span.End).ToList();
        var text = document.GetText();
        var change = bodies.Count == 0
            ? new TextChange(new TextSpan(text.Length, 0), $"\n// edit {number}\n")
            : new TextChange(new TextSpan(bodies[number / Documents.Length % bodies.Count], 0), $" _ = {number};");
        var edited = document.WithChangedText(text.WithChanges(change));
        return new Edit(_open.ReplaceSyntaxTree(document, edited), edited);
    }

    /// <summary>Holds what was found in a document against what there is.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public void Check(Edit edit)
    {
        var outcome = edit.Outcome ?? throw new InvalidOperationException("Nothing ran.");
        int expected = edit.Contender == Contender.Ours ? _expected : 0;
        if (outcome.Mistakes != expected)
            throw new InvalidOperationException($"After an edit: {expected} findings expected, {outcome.Mistakes} found: {string.Join(", ", outcome.Findings)}.");
    }
}
