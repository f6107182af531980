package io.edgeai.samples.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TerminalTest {
    static List<Throwable> failures() {
        return List.of(
                new InvalidInputException("Value (3) is wrong."),
                new InvalidInputException("Value (3)\nis wrong. Maybe 4."),
                new OperationCancelledException("Stopped."),
                new NoSuchFileException("a.txt"),
                new AccessDeniedException("a.txt"),
                new IOException("disk\r\nfull"),
                new UncheckedIOException(new NoSuchFileException("a.txt")),
                new CompletionException(new InvalidInputException("Inner.")),
                new OutOfMemoryError("heap"),
                new StackOverflowError(),
                new IllegalStateException("bug"),
                new NullPointerException(),
                new InvalidInputException("x".repeat(100_000)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anyFailureIsOneLineWithARepair(Throwable failure) {
        Console console = Console.create();

        console.terminal().failure(failure, false);

        assertThat(console.out()).isEmpty();
        assertThat(console.err()).startsWith("edgeai: ").endsWith("\n");
        assertThat(console.err().strip().lines()).hasSize(1);
        assertThat(console.err().length()).isLessThan(2_100);
        if (console.err().length() < 2_000) {
            assertThat(console.err()).contains("Maybe");
        }
    }

    /** Regression: a demo's lines stood before its JSON. */
    @Test
    void linesAsideLeaveTheAnswerToItself() {
        Console console = Console.create();

        console.terminal().aside().line("on the way");
        console.terminal().json(java.util.Map.of("report", "x"));

        assertThat(console.err()).isEqualTo("on the way\n");
        assertThat(console.out()).startsWith("{").doesNotContain("way");
    }

    @Test
    void wrappersAreUnwrapped() {
        assertThat(Failures.describe(new CompletionException(new InvalidInputException("Inner. Maybe outer."))))
                .isEqualTo("Inner. Maybe outer.");
        assertThat(Failures.describe(new UncheckedIOException(new NoSuchFileException("a.txt"))))
                .startsWith("File (a.txt) does not exist.");
    }

    @Test
    void debugAddsTheTrace() {
        Console console = Console.create();

        console.terminal().failure(new InvalidInputException("Outer.", new IOException("inner")), true);

        assertThat(console.err()).contains("caused by java.io.IOException: inner", "    at io.edgeai");
    }

    @Test
    void answersAndNoticesGoToTheirStreams() {
        Console console = Console.create();
        Terminal terminal = console.terminal();

        terminal.line("µ-answer");
        terminal.blank();
        terminal.notice("left\nout");
        terminal.usage("wrong");
        terminal.json(Map.of("a", List.of(1, 2)));

        assertThat(console.out()).startsWith("µ-answer\n\n{\n  \"a\" : [ 1, 2 ]\n}");
        assertThat(console.err()).isEqualTo("note: left out\nedgeai: wrong\n");
        assertThat(terminal.delivered()).isTrue();
    }

    @Test
    void whatIsNoJsonIsTheProgramsFault() {
        Terminal terminal = Console.create().terminal();

        assertThatThrownBy(() -> terminal.json(new Object())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tablesAlignTextLeftAndNumbersRight() {
        List<String> lines = TextTable.of("name", "count", "time")
                .row("a", 1, "12.5 ms")
                .row("longer", 1_000, "3 µs")
                .lines();

        assertThat(lines).containsExactly("name    count     time", "a           1  12.5 ms", "longer   1000     3 µs");
    }

    @Test
    void mixedColumnsAreText() {
        assertThat(TextTable.of("v").row("1.29.0 [CPU]").row("7").lines()).containsExactly("v", "1.29.0 [CPU]", "7");
    }

    @Test
    void tablesBearShortRowsAndLongCells() {
        List<String> lines = TextTable.of("a", "b")
                .row("x")
                .row("y".repeat(100), "line\nbreak")
                .lines();

        assertThat(lines.get(1)).isEqualTo("x");
        assertThat(lines.get(2)).contains("…").endsWith("line break");
        assertThat(TextTable.of("only", "titles").lines()).containsExactly("only  titles");
    }

    @Test
    void progressIsSilentWithoutATerminal() {
        Console console = Console.create();
        try (ConsoleProgress progress = console.terminal().progress()) {
            progress.update("work", 1, 2);
            progress.update("work", 2, 2);
        }

        assertThat(console.err()).isEmpty();
    }

    @Test
    void progressDrawsOneBarForEachPhase() {
        Console console = Console.interactive();
        ConsoleProgress progress = console.terminal().progress();
        progress.update("first", 0, 10);
        progress.update("first", 10, 10);
        progress.update("second", 1, 0);
        progress.close();
        progress.close();

        assertThat(console.err()).contains("first", "100%", "second");
        assertThat(console.out()).isEmpty();
        assertThat(progress.cancelled()).isFalse();
    }
}
