namespace LockDiscipline.Tests.Flow;

/// <summary>Makes small structured programs over two gates, three flags and up to three loops; the same ones for the same seed.</summary>
sealed class ProgramGenerator(int seed)
{
    public const int Flags = 3;

    readonly Random _random = new(seed);
    int _loops;

    /// <summary>The loops of the last program.</summary>
    public int Loops => _loops;

    public Block Next()
    {
        _loops = 0;
        return Sequence(2, inLoop: false, inFinally: false);
    }

    Block Sequence(int depth, bool inLoop, bool inFinally)
    {
        int count = 1 + _random.Next(depth + 1);
        var statements = new List<Statement>();
        for (int i = 0; i < count; i++)
            Add(statements, depth, inLoop, inFinally);
        return new Block(statements);
    }

    void Add(List<Statement> statements, int depth, bool inLoop, bool inFinally)
    {
        int kind = _random.Next(depth > 0 ? 16 : 7);
        switch (kind)
        {
            case 0 or 1:
                // Mostly balanced, or nearly every program would be wrong.
                int gate = _random.Next(2);
                statements.Add(new Enter(gate));
                if (depth > 0)
                    statements.AddRange(Sequence(depth - 1, inLoop, inFinally).Statements);
                if (_random.Next(8) > 0)
                    statements.Add(new Exit(gate));
                break;
            case 2:
                statements.Add(_random.Next(4) == 0 ? new Exit(_random.Next(2)) : new Assign(_random.Next(Flags), _random.Next(2) == 0));
                break;
            case 3:
                statements.Add(new Assign(_random.Next(Flags), _random.Next(2) == 0));
                break;
            case 4 or 5 or 6:
                statements.Add(new If(_random.Next(Flags), _random.Next(2) == 0, new Block([Jump(inLoop, inFinally)]), null));
                break;
            case 7 or 8:
                // Taken and released under one flag.
                int guarded = _random.Next(2), flag = _random.Next(Flags);
                bool negated = _random.Next(2) == 0;
                statements.Add(new If(flag, negated, new Block([new Enter(guarded)]), null));
                statements.AddRange(Sequence(depth - 1, inLoop, inFinally).Statements);
                statements.Add(new If(flag, negated, new Block([new Exit(guarded)]), null));
                break;
            case 9:
                statements.Add(new If(_random.Next(Flags), _random.Next(2) == 0, Sequence(depth - 1, inLoop, inFinally), _random.Next(2) == 0 ? Sequence(depth - 1, inLoop, inFinally) : null));
                break;
            case 10 or 11 when _loops < 3:
                int number = _loops++;
                statements.Add(new Loop(number, Sequence(depth - 1, inLoop: true, inFinally)));
                break;
            case 12 or 13:
                int held = _random.Next(2);
                statements.Add(new Enter(held));
                statements.Add(new Try(
                    Sequence(depth - 1, inLoop, inFinally),
                    _random.Next(2) == 0 ? Sequence(depth - 1, inLoop, inFinally) : null,
                    new Block([.. Sequence(0, inLoop: false, inFinally: true).Statements, new Exit(held)])));
                break;
            default:
                statements.Add(new Try(
                    Sequence(depth - 1, inLoop, inFinally),
                    Sequence(depth - 1, inLoop, inFinally),
                    _random.Next(2) == 0 ? Sequence(depth - 1, inLoop: false, inFinally: true) : null));
                break;
        }
    }

    Jump Jump(bool inLoop, bool inFinally) => _random.Next(4) switch
    {
        0 when inLoop => new Jump(Leave.Break),
        1 when inLoop => new Jump(Leave.Continue),
        2 when !inFinally => new Jump(Leave.Return),
        _ => new Jump(Leave.Throw),
    };
}
