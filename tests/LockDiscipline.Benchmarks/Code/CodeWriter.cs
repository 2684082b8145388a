using System.Text;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>Writes indented code.</summary>
sealed class CodeWriter
{
    readonly StringBuilder _text = new();
    int _depth;

    public void Line(string line = "")
    {
        if (line.Length > 0)
            _text.Append(' ', 4 * _depth).Append(line);
        _text.Append('\n');
    }

    /// <summary>Several lines, and an empty one.</summary>
    public void Block(string lines)
    {
        foreach (var line in lines.Split('\n'))
            Line(line.TrimEnd('\r'));
        Line();
    }

    public void Open(string line)
    {
        Line(line);
        Line("{");
        _depth++;
    }

    public void Close(string end = "}")
    {
        _depth--;
        Line(end);
    }

    public override string ToString() => _text.ToString();
}
