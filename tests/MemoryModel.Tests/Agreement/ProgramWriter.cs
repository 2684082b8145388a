using System.Text;

namespace MemoryModel.Tests.Agreement;

/// <summary>Writes the text of one program: its task's body, and the helpers that it calls.</summary>
internal sealed class ProgramWriter
{
    private readonly List<StringBuilder> _helpers = [];
    private readonly Stack<(StringBuilder Text, int Indent)> _outer = [];
    private StringBuilder _text = new();
    private int _indent = 2;
    private int _names;

    /// <summary>A name that no other variable has.</summary>
    public string Name(string kind) => $"{kind}{++_names}";

    /// <summary>Writes a line.</summary>
    public void Line(string line) => _text.Append(' ', _indent * 4).Append(line).Append('\n');

    /// <summary>Writes a block.</summary>
    public void Block(Action body)
    {
        Line("{");
        _indent++;
        body();
        _indent--;
        Line("}");
    }

    /// <summary>Writes a helper, and gives its name.</summary>
    public string Helper(string contract, Action body)
    {
        string name = $"Helper{_helpers.Count}";
        var text = new StringBuilder();
        _helpers.Add(text);
        _outer.Push((_text, _indent));
        (_text, _indent) = (text, 1);
        if (contract.Length > 0) Line(contract);
        Line($"private static void {name}(ProgramWorld w)");
        Block(() =>
        {
            Prologue();
            body();
        });
        (_text, _indent) = _outer.Pop();
        return name;
    }

    /// <summary>Short names for what every body uses.</summary>
    public void Prologue()
    {
        Line("Vcpu vcpu = w.Vcpu;");
        Line("Kvm kvm = vcpu.Kvm;");
        Line("Mm mm = kvm.Mm;");
    }

    /// <summary>The whole program.</summary>
    public string Program(string name)
    {
        var program = new StringBuilder();
        program.Append("internal static class ").Append(name).Append("\n{\n    public static void Run(ProgramWorld w)\n    {\n").Append(_text).Append("    }\n");
        foreach (StringBuilder helper in _helpers) program.Append('\n').Append(helper);
        return program.Append("}\n").ToString();
    }
}
