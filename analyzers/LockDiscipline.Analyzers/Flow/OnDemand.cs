using System;
using System.Collections.Concurrent;
using System.Collections.Generic;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Answers to questions that rest on answers to others: about methods, by those that they call or that call them. Questions that rest on each other
/// are a knot: all of them start from the answer that says least, and whatever was made from an answer that changes is made again, until nothing does. So it does not matter which of
/// them is asked first.
/// </summary>
/// <remarks>
/// One instance per analysed body; not thread-safe. The knots are found on the way, by Tarjan's algorithm. Answers go to the shared store when their whole knot is done; two
/// threads that untie the same knot come to the same answers.
/// </remarks>
/// <param name="questions">Says which questions are the same.</param>
/// <param name="final">The answers that are done, of the whole compilation.</param>
/// <param name="same">Whether two answers say the same.</param>
/// <param name="settled">Makes of the answer of a finished knot the one that others are given.</param>
/// <param name="beyond">The answer where a bound was hit.</param>
internal sealed class OnDemand<TQuestion, TAnswer>(
    IEqualityComparer<TQuestion> questions,
    ConcurrentDictionary<TQuestion, TAnswer> final,
    Func<TAnswer, TAnswer, bool> same,
    Func<TAnswer, TAnswer> settled,
    TAnswer beyond)
    where TQuestion : notnull
{
    /// <summary>Questions within questions: what is deeper waits until the thread's stack is free again.</summary>
    public const int MaxDepth = 24;

    /// <summary>Answers made for one body; only hundreds of methods that hang together come near.</summary>
    public const int MaxMade = 2_000;

    // An answer that still changes then grows with each round: paths along a list, say. What it is by then has to do.
    const int MaxRounds = 8;

    readonly Dictionary<TQuestion, Open> _open = new(questions);
    readonly List<Open> _stack = new();
    readonly SortedSet<int> _waiting = new();
    Open? _current;
    int _depth;
    int _made;

    /// <summary>How often an answer was given that may still change.</summary>
    public int OpenReads { get; private set; }

    /// <summary>A question was not looked into because a bound was hit.</summary>
    public bool IsCapped { get; private set; }

    /// <summary>Whether the answer may still change.</summary>
    public bool IsOpen(TQuestion question) => IsCapped || _open.ContainsKey(question);

    /// <summary>The answer so far.</summary>
    public bool TryGet(TQuestion question, out TAnswer answer)
    {
        // What another thread has finished meanwhile does not change what was assumed here.
        if (!_open.TryGetValue(question, out var open))
            return final.TryGetValue(question, out answer!);
        answer = Read(open);
        return true;
    }

    /// <summary>The answer, which is made where it is not there yet.</summary>
    /// <param name="question">The question.</param>
    /// <param name="least">The answer that says least.</param>
    /// <param name="make">Makes a new answer from the last one; asks for those that it rests on.</param>
    /// <param name="done">Told of the final one.</param>
    public TAnswer Make(TQuestion question, TAnswer least, Func<TAnswer, TAnswer> make, Action<TAnswer>? done = null)
    {
        if (TryGet(question, out var known))
            return known;
        if (_made >= MaxMade)
        {
            IsCapped = true;
            return beyond;
        }

        var open = new Open(question, least, make, done, _stack.Count);
        _stack.Add(open);
        _open.Add(question, open);
        if (_depth >= MaxDepth)
        {
            // As if all that are being made were one knot.
            open.Low = 0;
            _waiting.Add(open.Index);
            return Read(open);
        }

        Run(open);
        if (open.Low == open.Index)
            Untie(open);
        return open.Low < open.Index ? Read(open) : Close(open);
    }

    TAnswer Read(Open open)
    {
        OpenReads++;
        if (_current is { } reader)
        {
            open.Readers.Add(reader.Index);
            reader.Low = Math.Min(reader.Low, open.Low);
        }

        return open.Answer;
    }

    void Run(Open open)
    {
        if (_made >= MaxMade)
        {
            IsCapped = true;
            return;
        }

        if (++open.Rounds > MaxRounds)
            return;
        _made++;
        _depth++;
        var outer = _current;
        _current = open;
        var next = open.Make(open.Answer);
        _current = outer;
        _depth--;
        bool changed = !same(open.Answer, next);
        open.Answer = next;
        if (changed)
            _waiting.UnionWith(open.Readers);
    }

    // Callees first. What is met for the first time meanwhile may lead further out: then the knot is larger, and is untied from there.
    void Untie(Open first)
    {
        while (_waiting.Count > 0 && _waiting.Max >= first.Index)
        {
            int index = _waiting.Max;
            _waiting.Remove(index);
            var open = _stack[index];
            Run(open);
            first.Low = Math.Min(first.Low, open.Low);
        }
    }

    TAnswer Close(Open first)
    {
        for (int i = _stack.Count - 1; i >= first.Index; i--)
        {
            var open = _stack[i];
            _stack.RemoveAt(i);
            _open.Remove(open.Question);
            open.Answer = IsCapped ? beyond : final.GetOrAdd(open.Question, settled(open.Answer));
            if (!IsCapped)
                open.Done?.Invoke(open.Answer);
        }

        return first.Answer;
    }

    /// <summary>An answer that may still change.</summary>
    sealed class Open(TQuestion question, TAnswer answer, Func<TAnswer, TAnswer> make, Action<TAnswer>? done, int index)
    {
        public TQuestion Question { get; } = question;

        public Func<TAnswer, TAnswer> Make { get; } = make;

        public Action<TAnswer>? Done { get; } = done;

        public TAnswer Answer { get; set; } = answer;

        public int Index { get; } = index;

        /// <summary>The outermost one that this one rests on.</summary>
        public int Low { get; set; } = index;

        public int Rounds { get; set; }

        public HashSet<int> Readers { get; } = new();
    }
}
