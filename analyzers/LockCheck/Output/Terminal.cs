namespace LockCheck.Output;

/// <summary>Where a command writes: the report to one writer, what is no part of it to the other.</summary>
/// <param name="Out">The report. Lines end with a line feed everywhere, so that the same input gives the same bytes.</param>
/// <param name="Error">Errors and progress.</param>
/// <param name="Color">Whether the report is coloured.</param>
/// <param name="ShowsProgress">Whether somebody watches who wants to know that it goes on.</param>
/// <param name="Width">Columns to write in.</param>
/// <param name="Redraws">Whether what is written to <paramref name="Error"/> can be erased again.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool Color, bool ShowsProgress, int Width, bool Redraws = false)
{
    /// <summary>Opens the standard input.</summary>
    public Func<Stream> In { get; init; } = System.Console.OpenStandardInput;

    const int WidthOfFiles = 80;
    const int MinWidth = 40;

    /// <summary>The console of this process: coloured only on a terminal and only where <c>NO_COLOR</c> is not set.</summary>
    public static Terminal Console()
    {
        System.Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        System.Console.Out.NewLine = "\n";
        System.Console.Error.NewLine = "\n";
        var interactive = !System.Console.IsOutputRedirected;
        var watched = !System.Console.IsErrorRedirected;
        var escapes = (interactive || watched)
            && Environment.GetEnvironmentVariable("TERM") != "dumb"
            && (!OperatingSystem.IsWindows() || WindowsConsole.EnableEscapes());
        var color = interactive && escapes && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new(System.Console.Out, System.Console.Error, color, watched, interactive ? WindowWidth() : WidthOfFiles, Redraws: watched && escapes);
    }

    /// <summary>The text in a style, or as it is where there is no colour.</summary>
    public string Paint(string text, Style style) => Color && text.Length > 0 ? $"\u001b[{(int)style}m{text}\u001b[0m" : text;

    static int WindowWidth()
    {
        try
        {
            return System.Console.WindowWidth is var width && width > 0 ? Math.Clamp(width, MinWidth, int.MaxValue) : WidthOfFiles;
        }
        catch (IOException)
        {
            return WidthOfFiles;
        }
    }
}

/// <summary>Styles by the number of their escape sequence.</summary>
internal enum Style
{
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Blue = 34,
    Cyan = 36,
}
