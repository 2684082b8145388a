namespace LockCheck.Output;

/// <summary>
/// Says on a terminal what goes on: a bar that fills where it is known how much there is to do. One line, replaced by the next and
/// gone at the end; plain lines where a line cannot be replaced; nothing where nobody watches. Thread-safe.
/// </summary>
internal sealed class Progress(Terminal terminal) : IDisposable
{
    const string EraseLine = "\r\u001b[2K";
    const int BarWidth = 24;
    const int MostColumns = 80;

    /// <summary>Tells nobody.</summary>
    public static Progress None { get; } = new(new(TextWriter.Null, TextWriter.Null, Color: false, ShowsProgress: false, Width: 80));

    readonly Lock _writing = new();
    bool _shown;

    /// <summary>Shows what goes on now.</summary>
    public void Report(string what) => Report(what, 0, 0);

    /// <summary>Shows what goes on now, and how much of it is done.</summary>
    /// <param name="done">How many of <paramref name="total"/> are done.</param>
    /// <param name="total">How many there are; 0 where that is not known.</param>
    public void Report(string what, int done, int total)
    {
        if (!terminal.ShowsProgress)
            return;
        lock (_writing)
        {
            if (!terminal.Redraws)
            {
                terminal.Error.WriteLine($"lockcheck: {SafeText.Escape(what)} ...");
                return;
            }
            var line = $"lockcheck: {Bar(done, total)}{SafeText.Escape(what)}";
            // A line that wraps could not be erased.
            var room = Math.Clamp(terminal.Width, BarWidth, MostColumns) - 1;
            // What goes on says more than how far it is.
            if (SafeText.Width(line) > room)
                line = $"lockcheck: {SafeText.Escape(what)}";
            terminal.Error.Write(EraseLine + (SafeText.Width(line) > room ? line[..(room / 2)] : line));
            terminal.Error.Flush();
            _shown = true;
        }
    }

    static string Bar(int done, int total)
    {
        if (total <= 0)
            return "";
        var filled = (int)((long)BarWidth * Math.Min(done, total) / total);
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {FindingWriter.Number(done)}/{FindingWriter.Number(total)} ";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_shown)
                terminal.Error.Write(EraseLine);
            _shown = false;
        }
    }
}
