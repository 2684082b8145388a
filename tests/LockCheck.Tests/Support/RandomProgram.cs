using System.Text;

namespace LockCheck.Tests.Support;

/// <summary>A small program, as data, so that it can be changed in ways of which it is known what they mean.</summary>
internal sealed record RandomProgram
{
    public sealed record Method(string Name, string Field, bool IsLocked, bool IsExtracted, string Local, int Number);

    public sealed record Class(string Name, string File, string Gate, List<string> Fields, List<Method> Methods);

    public List<Class> Classes { get; init; } = [];

    public string Namespace { get; init; } = "Shop";

    public int Style { get; init; }

    int Next { get; init; } = 1000;

    /// <summary>A program with two or three classes, in which about a third of the methods forget the lock.</summary>
    public static RandomProgram Create(Random random)
    {
        var number = 0;
        var classes = new List<Class>();
        for (var c = 0; c < random.Next(2, 4); c++)
        {
            var fields = Enumerable.Range(0, random.Next(1, 3)).Select(_ => $"_value{number++}").ToList();
            var methods = Enumerable.Range(0, random.Next(2, 5)).Select(_ => new Method($"Method{number}", fields[random.Next(fields.Count)], random.Next(3) > 0, false, $"local{number}", number++)).ToList();
            classes.Add(new($"Class{number++}", $"P/File{c}.cs", $"_gate{number++}", fields, methods));
        }
        return new() { Classes = classes };
    }

    /// <summary>The same program in another shape: renamed, moved, reformatted, reordered, extracted, documented.</summary>
    public RandomProgram Reshape(Random random)
    {
        var c = random.Next(Classes.Count);
        var old = Classes[c];
        var m = random.Next(old.Methods.Count);
        return random.Next(11) switch
        {
            0 => With(c, old with { Name = $"Class{Next}" }),
            1 => With(c, old with { File = $"P/Sub/File{Next}.cs" }),
            2 => With(c, old with { Gate = $"_gate{Next}" }),
            3 => RenameField(c, random.Next(old.Fields.Count)),
            4 => With(c, old with { Methods = [.. old.Methods.Select((x, i) => i == m ? x with { Name = $"Method{Next}" } : x)] }),
            5 => With(c, old with { Methods = [.. old.Methods.Select((x, i) => i == m ? x with { Local = $"local{Next}" } : x)] }),
            6 => With(c, old with { Methods = [.. old.Methods.Select((x, i) => i == m ? x with { IsExtracted = !x.IsExtracted } : x)] }),
            7 => With(c, old with { Methods = [.. old.Methods.OrderBy(_ => random.Next())] }),
            8 => this with { Classes = [.. Classes.OrderBy(_ => random.Next())], Next = Next + 1 },
            9 => this with { Style = random.Next(4), Next = Next + 1 },
            _ => this with { Namespace = $"Shop{Next}", Next = Next + 1 },
        };
    }

    /// <summary>The program with a mistake more or a mistake less, or a method more or less.</summary>
    public RandomProgram Change(Random random)
    {
        var c = random.Next(Classes.Count);
        var old = Classes[c];
        var m = random.Next(old.Methods.Count);
        return random.Next(4) switch
        {
            0 when old.Methods.Count > 1 => With(c, old with { Methods = [.. old.Methods.Where((_, i) => i != m)] }),
            1 => With(c, old with { Methods = [.. old.Methods, new($"Method{Next}", old.Fields[random.Next(old.Fields.Count)], random.Next(2) == 0, false, $"local{Next}", Next)] }),
            _ => With(c, old with { Methods = [.. old.Methods.Select((x, i) => i == m ? x with { IsLocked = !x.IsLocked } : x)] }),
        };
    }

    /// <summary>The sources by file.</summary>
    public SortedDictionary<string, string> Render()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in Classes.GroupBy(c => c.File))
            files[group.Key] = Format($"using LockDiscipline;\n\nnamespace {Namespace};\n\n{string.Join('\n', group.Select(Render))}");
        return files;
    }

    RandomProgram With(int index, Class changed) => this with { Classes = [.. Classes.Select((c, i) => i == index ? changed : c)], Next = Next + 1 };

    RandomProgram RenameField(int c, int field)
    {
        var (from, to) = (Classes[c].Fields[field], $"_value{Next}");
        return With(c, Classes[c] with { Fields = [.. Classes[c].Fields.Select(f => f == from ? to : f)], Methods = [.. Classes[c].Methods.Select(m => m.Field == from ? m with { Field = to } : m)] });
    }

    static string Render(Class type)
    {
        var text = new StringBuilder($"public sealed class {type.Name}\n{{\n    private readonly object {type.Gate} = new();\n");
        foreach (var field in type.Fields)
            text.Append($"\n    [GuardedBy(nameof({type.Gate}))]\n    private int {field};\n");
        foreach (var method in type.Methods)
        {
            // A helper with one caller is extracted from it; its number keeps the name the same whatever the method is called.
            var work = $"int {method.Local} = System.Environment.TickCount + {method.Number};\n    {method.Field} += {method.Local};";
            var inner = method.IsExtracted ? $"Helper{method.Number}();" : work;
            text.Append(method.IsLocked
                ? $"\n    public void {method.Name}()\n    {{\n        lock ({type.Gate})\n        {{\n            {inner.Replace("\n    ", "\n            ", StringComparison.Ordinal)}\n        }}\n    }}\n"
                : $"\n    public void {method.Name}()\n    {{\n        {inner.Replace("\n    ", "\n        ", StringComparison.Ordinal)}\n    }}\n");
            if (method.IsExtracted)
                text.Append($"\n    private void Helper{method.Number}()\n    {{\n        {work.Replace("\n    ", "\n        ", StringComparison.Ordinal)}\n    }}\n");
        }
        return text.Append("}\n").ToString();
    }

    string Format(string text) => Style switch
    {
        1 => text.Replace("    ", "\t", StringComparison.Ordinal),
        2 => text.Replace("\n    {", " {", StringComparison.Ordinal).Replace("\n        {", " {", StringComparison.Ordinal),
        3 => text.Replace("    public void", "    // A comment.\n\n    public void", StringComparison.Ordinal),
        _ => text,
    };
}
