using System.Collections.Generic;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Lets one evaluation go both ways where an operation has several outcomes: the evaluation is run again from its start, each
/// time with the next combination of answers.
/// </summary>
internal sealed class Choices
{
    /// <summary>An operation tree with more outcomes than this is followed on the first ones only.</summary>
    public const int MaxRuns = 64;

    readonly List<(int Answer, int Count)> _script = new();
    int _position;
    int _runs;

    public bool IsCapped { get; private set; }

    public void Start()
    {
        _script.Clear();
        _runs = 0;
        _position = 0;
    }

    /// <summary>The answer of this run to a question with <paramref name="count"/> answers.</summary>
    public int Choose(int count)
    {
        // A question with another number of answers than in the last run is another question: a summary was finished in between.
        if (_position < _script.Count && _script[_position].Count != count)
            _script.RemoveRange(_position, _script.Count - _position);
        if (_position == _script.Count)
            _script.Add((0, count));
        return _script[_position++].Answer;
    }

    /// <summary>Sets up the next run; false when all have been made.</summary>
    public bool Next()
    {
        while (_script.Count > 0 && _script[_script.Count - 1] is var (answer, count) && answer + 1 >= count)
            _script.RemoveAt(_script.Count - 1);
        if (_script.Count == 0)
            return false;
        if (++_runs >= MaxRuns)
        {
            IsCapped = true;
            return false;
        }

        var last = _script[_script.Count - 1];
        _script[_script.Count - 1] = (last.Answer + 1, last.Count);
        _position = 0;
        return true;
    }
}
