using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Finds the names in a member by its characters: those in strings and at the end of lines give a few too many, which costs a look and nothing else.</summary>
internal sealed class MentionScan(char[] text)
{
    readonly HashSet<int> _called = new();
    readonly HashSet<int> _others = new();
    ulong _content;
    // The names are of interest, and not only whether the text is the same.
    bool _notes = true;

    /// <summary>The hash of what stands in some text, the same however it is laid out and whatever lines of comments stand in it.</summary>
    public ulong ContentOf(TextSpan span)
    {
        _notes = false;
        Scan(span, declared: -1);
        _notes = true;
        return _content;
    }

    public FunctionNames Read(TextSpan span, SyntaxToken name, bool isCalled, Naming access, int outermost, bool callsBase)
    {
        _called.Clear();
        _others.Clear();
        if (callsBase)
            _others.Add(TreeNames.Base);
        Scan(span, name.SpanStart);
        _others.ExceptWith(_called);
        int used = _called.Count + _others.Count;
        var own = TreeNames.Hash(name.ValueText ?? "");
        bool isUsed = _called.Contains(own) || _others.Contains(own);
        var mentions = new int[isUsed ? used : used + 1];
        _called.CopyTo(mentions);
        _others.CopyTo(mentions, _called.Count);
        if (!isUsed)
            mentions[used] = own;
        return new FunctionNames(name.ValueText ?? "", span, isCalled, access, outermost, mentions, _called.Count, used) { Content = _content };
    }

    void Scan(TextSpan span, int declared)
    {
        int position = span.Start;
        bool isLineStart = false;
        _content = 14695981039346656037;
        while (position < span.End)
        {
            char c = text[position];
            if (!IsStart(c))
            {
                // What is used without its name.
                if (_notes && c == '[')
                    _others.Add(TreeNames.Indexing);
                else if (_notes && (c == '^' || (c == '.' && position + 1 < span.End && text[position + 1] == '.')))
                    _others.Add(TreeNames.FromEnd);
                else if (_notes && c == '$')
                    _others.Add(TreeNames.Interpolation);
                if (isLineStart && c == '/' && position + 1 < span.End && text[position + 1] == '/')
                {
                    while (position < span.End && text[position] != '\n')
                        position++;
                    continue;
                }

                isLineStart = c == '\n' || (isLineStart && c is ' ' or '\t');
                if (!char.IsWhiteSpace(c))
                    _content = (_content ^ c) * 1099511628211;
                position++;
                continue;
            }

            isLineStart = false;
            int start = position;
            uint hash = 2166136261;
            while (position < span.End && IsPart(text[position]))
                hash = (hash ^ text[position++]) * 16777619;
            _content = (_content ^ hash) * 1099511628211;
            if (_notes && start != declared && !(IsCall(position, span.End) ? _called : _others).Add((int)hash) && (int)hash == TreeNames.Lock)
                _others.Add(TreeNames.SecondLock);
        }
    }

    // Arguments follow, or may follow type arguments or a comment.
    bool IsCall(int position, int end)
    {
        while (position < end && char.IsWhiteSpace(text[position]))
            position++;
        return position < end && text[position] is '(' or '<' or '/';
    }

    static bool IsStart(char c) => (uint)((c | 0x20) - 'a') < 26 || c == '_' || (c >= 0x80 && char.IsLetter(c));

    static bool IsPart(char c) => IsStart(c) || (uint)(c - '0') < 10;
}
