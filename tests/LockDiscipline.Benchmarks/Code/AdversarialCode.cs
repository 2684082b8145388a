using System.Collections.Immutable;
using System.Text;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>Methods that are large in one way each. The one mistake in each stands behind all of it: who finds it has been through.</summary>
static class AdversarialCode
{
    /// <summary>A kind of method, and the size at which it is measured.</summary>
    /// <param name="Name">As it is printed.</param>
    /// <param name="Size">How many of what the name says.</param>
    /// <param name="Write">Writes the members of a class; there are fields <c>_gate</c> and <c>_n</c>.</param>
    public sealed record Shape(string Name, int Size, Func<int, string> Write);

    public static readonly ImmutableArray<Shape> Shapes =
    [
        new("blocks", 1000, Blocks),
        new("nested try/finally", 50, NestedFinally),
        new("locks", 200, Locks),
        new("lock order", 200, LockOrder),
        new("nested expressions", 300, NestedExpression),
        new("recursive helpers", 30, RecursiveHelpers),
        new("arguments passed on", 100, PassedOn),
        new("statements", 2000, Statements),
        new("cases", 500, Cases),
    ];

    /// <summary>Every shape once, at its size divided by <paramref name="divisor"/>.</summary>
    public static Corpus All(int divisor = 1) =>
        new("adversarial", [new Project("Adversarial", [.. Shapes.Select((shape, i) => File(shape, i, Math.Max(1, shape.Size / divisor)))], [])], Shapes.Length);

    /// <summary>One shape, in several copies.</summary>
    public static Corpus Of(Shape shape, int size, int copies) =>
        new($"{shape.Name}, {size}", [new Project("Adversarial", [.. Enumerable.Range(0, copies).Select(i => File(shape, i, size))], [])], copies);

    static SourceFile File(Shape shape, int number, int size) => SourceFile.Of($"Adversarial/Class{number}.cs", $$"""
        namespace Adversarial;
        public sealed class Class{{number}}
        {
            private readonly object _gate = new();
            private int _n;
        {{shape.Write(size)}}
        }
        """);

    // Every branch forks; the lock is held in all of them.
    static string Blocks(int size) => Method("int[] a", text => Repeat(text, size, i => $"if (a[{i}] > {i}) _n += {i}; else _n--;"));

    // Each finally can be reached by the end of its try, by the return and by an exception.
    static string NestedFinally(int size) => Method("int a", text =>
    {
        Repeat(text, size, i => $"try {{ _n += {i};");
        text.Append("if (a > 3) { Monitor.Exit(_gate); return; }\n");
        Repeat(text, size, i => $"}} finally {{ if (_n > {i}) _n--; }}");
    });

    // One lock within the next, member by member, until the last one closes the cycle.
    static string LockOrder(int size)
    {
        var members = new StringBuilder();
        Repeat(members, size + 1, i => $"private readonly object _gate{i} = new();");
        Repeat(members, size + 1, i => $"public void M{i}() {{ lock (_gate{i}) {{ lock (_gate{(i + 1) % (size + 1)}) {{ _n++; }} }} }}");
        return members.ToString();
    }

    // All held at once, and released in the order of their acquisition.
    static string Locks(int size)
    {
        var fields = new StringBuilder();
        Repeat(fields, size, i => $"private readonly object _gate{i} = new();");
        return fields + Method("int a", text =>
        {
            Repeat(text, size, i => $"Monitor.Enter(_gate{i}); _n += {i};");
            Repeat(text, size, i => $"Monitor.Exit(_gate{i});");
        });
    }

    static string NestedExpression(int size) => Method("int a", text =>
    {
        text.Append("_n = ");
        for (int i = 0; i < size; i++)
            text.Append("Math.Max(a + ").Append(i).Append(", _n * (");
        text.Append('a').Append(')', 2 * size).Append(";\n");
    });

    // Each calls the next and one further on, under the lock or not, so that all are one knot.
    static string RecursiveHelpers(int size)
    {
        var helpers = new StringBuilder();
        Repeat(helpers, size, i => $$"""
            private void Helper{{i}}(int depth)
            {
                if (depth > {{i}}) { Monitor.Enter(_gate); Helper{{(i + 1) % size}}(depth - 1); Monitor.Exit(_gate); }
                else Helper{{(i + 7) % size}}(depth - 2);
                _n++;
            }
            """);
        return helpers + Method("int a", text => text.Append("Helper0(a);\n"));
    }

    // What the method has alone goes through many hands, each of which has four others to give it to, and none keeps it.
    static string PassedOn(int size)
    {
        var helpers = new StringBuilder();
        Repeat(helpers, size, i => $$"""
            private void Take{{i}}(object[] box)
            {
                Take{{(i + 1) % size}}(box); Take{{(i + 7) % size}}(box); Take{{(i + 31) % size}}(box);
                if (box.Length > {{i}}) Take{{(i + 17) % size}}(box);
                _n++;
            }
            """);
        return helpers + Method("int a", text => text.Append("var box = new object[a];\nTake0(box);\n"));
    }

    static string Statements(int size) => Method("int a", text => Repeat(text, size, i => i % 4 == 0 ? $"var v{i} = a + _n;" : $"_n += v{i - i % 4} * {i};"));

    static string Cases(int size) => Method("int a", text =>
    {
        text.Append("switch (a) {\n");
        Repeat(text, size, i => i % 5 == 4 ? $"case {i}: Monitor.Exit(_gate); return;" : $"case {i}: _n = {i}; break;");
        text.Append("}\n");
    });

    // What Monitor.Enter takes here is held where the method ends: LCK1004.
    static string Method(string parameter, Action<StringBuilder> write)
    {
        var text = new StringBuilder();
        text.Append("public void Method(").Append(parameter).Append(")\n{\nMonitor.Enter(_gate);\n");
        write(text);
        return text.Append("_n = 0;\n}\n").ToString();
    }

    static void Repeat(StringBuilder text, int count, Func<int, string> line)
    {
        for (int i = 0; i < count; i++)
            text.Append(line(i)).Append('\n');
    }
}
