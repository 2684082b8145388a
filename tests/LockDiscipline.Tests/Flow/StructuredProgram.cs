using System.Text;

namespace LockDiscipline.Tests.Flow;

/// <summary>How control leaves a statement.</summary>
enum Leave
{
    Normally,
    Break,
    Continue,
    Return,
    Throw,
}

/// <summary>The locks of one run, and whether something went wrong in it.</summary>
sealed class Run(bool[] flags, int[] rounds)
{
    public bool[] Flags { get; } = [.. flags];

    /// <summary>How often each loop goes round.</summary>
    public int[] Rounds { get; } = rounds;

    public bool[] Held { get; } = new bool[2];

    public bool IsWrong { get; set; }
}

/// <summary>A statement of a small language that is a part of C#: it can be written as such, and run.</summary>
abstract record Statement
{
    public abstract void Write(StringBuilder text, string indent);

    public abstract Leave Execute(Run run);
}

sealed record Enter(int Gate) : Statement
{
    public override void Write(StringBuilder text, string indent) => text.AppendLine($"{indent}_g{Gate}.Enter();");

    public override Leave Execute(Run run)
    {
        run.IsWrong |= run.Held[Gate];
        run.Held[Gate] = true;
        return Leave.Normally;
    }
}

sealed record Exit(int Gate) : Statement
{
    public override void Write(StringBuilder text, string indent) => text.AppendLine($"{indent}_g{Gate}.Exit();");

    public override Leave Execute(Run run)
    {
        run.IsWrong |= !run.Held[Gate];
        run.Held[Gate] = false;
        return Leave.Normally;
    }
}

sealed record Assign(int Flag, bool Value) : Statement
{
    public override void Write(StringBuilder text, string indent) => text.AppendLine($"{indent}f{Flag} = {(Value ? "true" : "false")};");

    public override Leave Execute(Run run)
    {
        run.Flags[Flag] = Value;
        return Leave.Normally;
    }
}

sealed record Jump(Leave How) : Statement
{
    public override void Write(StringBuilder text, string indent) => text.AppendLine(indent + How switch
    {
        Leave.Break => "break;",
        Leave.Continue => "continue;",
        Leave.Return => "return;",
        _ => "throw new InvalidOperationException();",
    });

    public override Leave Execute(Run run) => How;
}

sealed record Block(IReadOnlyList<Statement> Statements) : Statement
{
    public override void Write(StringBuilder text, string indent)
    {
        text.AppendLine(indent + "{");
        foreach (var statement in Statements)
            statement.Write(text, indent + "    ");
        text.AppendLine(indent + "}");
    }

    public override Leave Execute(Run run)
    {
        foreach (var statement in Statements)
        {
            var leave = statement.Execute(run);
            if (leave != Leave.Normally)
                return leave;
        }

        return Leave.Normally;
    }
}

sealed record If(int Flag, bool Negated, Block Then, Block? Else) : Statement
{
    public override void Write(StringBuilder text, string indent)
    {
        text.AppendLine($"{indent}if ({(Negated ? "!" : "")}f{Flag})");
        Then.Write(text, indent);
        if (Else is null)
            return;
        text.AppendLine(indent + "else");
        Else.Write(text, indent);
    }

    public override Leave Execute(Run run) =>
        run.Flags[Flag] != Negated ? Then.Execute(run) : Else?.Execute(run) ?? Leave.Normally;
}

sealed record Loop(int Number, Block Body) : Statement
{
    public override void Write(StringBuilder text, string indent)
    {
        text.AppendLine($"{indent}for (int i{Number} = 0; i{Number} < n{Number}; i{Number}++)");
        Body.Write(text, indent);
    }

    public override Leave Execute(Run run)
    {
        for (int i = 0; i < run.Rounds[Number]; i++)
        {
            var leave = Body.Execute(run);
            if (leave == Leave.Break)
                break;
            if (leave is Leave.Return or Leave.Throw)
                return leave;
        }

        return Leave.Normally;
    }
}

sealed record Try(Block Body, Block? Catch, Block? Finally) : Statement
{
    public override void Write(StringBuilder text, string indent)
    {
        text.AppendLine(indent + "try");
        Body.Write(text, indent);
        if (Catch is not null)
        {
            text.AppendLine(indent + "catch (InvalidOperationException)");
            Catch.Write(text, indent);
        }

        if (Finally is not null)
        {
            text.AppendLine(indent + "finally");
            Finally.Write(text, indent);
        }
    }

    public override Leave Execute(Run run)
    {
        var leave = Body.Execute(run);
        if (leave == Leave.Throw && Catch is not null)
            leave = Catch.Execute(run);
        if (Finally is null)
            return leave;
        var last = Finally.Execute(run);
        return last == Leave.Normally ? leave : last;
    }
}
