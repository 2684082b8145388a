namespace LockDiscipline.Benchmarks.Code;

/// <summary>Generated code in which every member takes a lock of the framework, in all ways in which that is written; mostly right, with a known number of mistakes.</summary>
static class LockHeavyCode
{
    /// <summary>Code of about 370 lines for each file, every shape once.</summary>
    public static Corpus Of(int files) =>
        new($"lock-heavy, generated", [new Project("LockHeavy", [.. Enumerable.Range(0, files).Select(File)], [])], Expected: files * LockShapes.Flawed.Length);

    static SourceFile File(int number)
    {
        var writer = new CodeWriter();
        writer.Line($"namespace LockHeavy.N{number};");
        writer.Line("public sealed class Node(Node? next) { internal readonly object Gate = new(); public Node? Next = next; public int Value; }");
        writer.Open($"public sealed class Shapes{number} : IDisposable");
        writer.Block("""
            private readonly object _gate = new();
            private readonly object _inner = new();
            private readonly Lock _lock = new();
            private readonly ReaderWriterLockSlim _rw = new();
            private readonly SemaphoreSlim _semaphore = new(1, 1);
            private readonly Dictionary<int, int> _items = [];
            private SpinLock _spin;
            private int _n;
            public void Dispose() { _rw.Dispose(); _semaphore.Dispose(); }
            """);
        // The shapes start elsewhere in each file, so that neighbours and positions differ.
        for (int i = 0; i < LockShapes.Correct.Length; i++)
        {
            writer.Block(LockShapes.Correct[(i + number) % LockShapes.Correct.Length]);
            if (i < LockShapes.Flawed.Length)
                writer.Block(LockShapes.Flawed[(i + number) % LockShapes.Flawed.Length]);
        }

        writer.Close();
        return SourceFile.Of($"LockHeavy/Shapes{number}.cs", writer.ToString());
    }
}
