package io.edgeai.samples.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.StorageException;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalPropertyTest {
    private static final int[] ALPHABET = {
        'a', ' ', '\n', '\r', '\t', 0, 7, 0x1b, 0x7f, 0x85, 0x9b, 0x2028, 0x2029, 'é', 0x1F600, '[', 'M'
    };

    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder("x");
        for (int i = random.nextInt(most); i > 0; i--) {
            text.appendCodePoint(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return text.append('y').toString();
    }

    /** One line, with nothing in it that moves a cursor, begins a colour or ends a line anywhere. */
    @Test
    void failuresOfAnyTextAreOneHarmlessLine() {
        long seed = 12;
        Random random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            String message = text(random, round % 50 == 0 ? 5_000 : 30);
            Throwable failure = List.<Throwable>of(
                            new InvalidInputException(message),
                            new StorageException(message, new IOException(message)),
                            new OperationCancelledException(message),
                            new IllegalStateException(message),
                            new IOException(message),
                            new UncheckedIOException(new IOException(message)),
                            new CompletionException(new ExecutionException(new InvalidInputException(message))))
                    .get(round % 7);
            Console console = Console.create();
            console.terminal().failure(failure, false);
            String line = console.err();

            String where = "seed " + seed + ", round " + round;
            assertThat(line).as(where).startsWith("edgeai: ").endsWith("\n");
            assertThat(line.substring(0, line.length() - 1).codePoints())
                    .as(where)
                    .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || c == 0xFFFD);
            assertThat(line.length()).as(where).isLessThan(2_020);
            assertThat(console.out()).isEmpty();
            if (message.length() < 1_000) {
                assertThat(line).as(where).contains("Maybe");
                assertThat(line.split("Maybe", -1)).as(where).hasSize(2);
            }
        }
    }

    /** A text cut at its longest never ends in half a character. */
    @Test
    void longTextsAreCutBetweenCharacters() {
        for (int shift = 0; shift < 4; shift++) {
            String line = Failures.oneLine("x".repeat(shift) + "\uD83D\uDE00".repeat(2_000));
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);

            assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(line);
            assertThat(line).endsWith("\uD83D\uDE00…");
        }
        assertThat(Failures.oneLine("y".repeat(2_000))).hasSize(2_000);
        assertThat(Failures.oneLine("y".repeat(2_001))).hasSize(2_001).endsWith("y…");
    }

    @Test
    void repairsAreNotSaidTwice() {
        assertThat(Failures.describe(new InvalidInputException("Wrong. Maybe so.")))
                .isEqualTo("Wrong. Maybe so.");
        assertThat(Failures.describe(new InvalidInputException("Wrong."))).startsWith("Wrong. Maybe run it again");
        assertThat(Failures.describe(new OperationCancelledException("Stopped.")))
                .isEqualTo("Stopped. Maybe start it again; nothing half-written was left behind.");
        assertThat(Failures.describe(new IllegalStateException())).contains("IllegalStateException");
    }

    /** Whatever is reported, nobody who does not watch sees any of it. */
    @Test
    void progressIsQuietForAnyUpdatesWhereNobodyWatches() {
        Random random = new Random(13);
        Console console = Console.create();
        try (ConsoleProgress progress = console.terminal().progress()) {
            for (int i = 0; i < 1_000; i++) {
                progress.update(
                        text(random, 5), random.nextInt(2_000) - 1_000, random.nextBoolean() ? 0 : random.nextInt(50));
                assertThat(progress.cancelled()).isFalse();
            }
        }
        assertThat(console.err()).isEmpty();
        assertThat(console.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void whereSomebodyWatchesEveryPhaseIsNamedAndNoneIsAnAnswer(int phases) {
        Console console = Console.interactive();
        try (ConsoleProgress progress = console.terminal().progress()) {
            for (int p = 0; p < phases; p++) {
                for (int done = 0; done <= 3; done++) {
                    progress.update("phase-" + p, done, 3);
                }
            }
        }
        for (int p = 0; p < phases; p++) {
            assertThat(console.err()).contains("phase-" + p);
        }
        assertThat(console.err()).contains("100%");
        assertThat(console.out()).isEmpty();
    }

    /** Every column begins and ends at one place in all lines, and every cell is there. */
    @Test
    void tablesAreAlignedForAnyCells() {
        long seed = 14;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int columns = 1 + random.nextInt(4);
            int rows = 1 + random.nextInt(5);
            boolean[] numbers = new boolean[columns];
            String[] titles = new String[columns];
            int[] widths = new int[columns];
            List<Object[]> cells = new ArrayList<>();
            for (int c = 0; c < columns; c++) {
                numbers[c] = random.nextBoolean();
                titles[c] = "t" + "i".repeat(random.nextInt(6));
                widths[c] = titles[c].length();
            }
            TextTable table = TextTable.of(titles);
            for (int r = 0; r < rows; r++) {
                Object[] row = new Object[columns];
                for (int c = 0; c < columns; c++) {
                    row[c] = numbers[c]
                            ? Integer.toString(random.nextInt(100_000))
                            : "w" + "x".repeat(random.nextInt(9));
                    widths[c] = Math.max(widths[c], row[c].toString().length());
                }
                cells.add(row);
                table.row(row);
            }
            List<String> lines = table.lines();

            assertThat(lines).hasSize(rows + 1);
            for (int r = 0; r <= rows; r++) {
                StringBuilder expected = new StringBuilder();
                for (int c = 0; c < columns; c++) {
                    String cell = r == 0 ? titles[c] : cells.get(r - 1)[c].toString();
                    String format = numbers[c] ? "%" + widths[c] + "s" : "%-" + widths[c] + "s";
                    expected.append(c == 0 ? "" : "  ").append(String.format(format, cell));
                }
                assertThat(lines.get(r))
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(expected.toString().stripTrailing());
            }
        }
    }
}
