package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.samples.data.CsvTable.Header;
import io.edgeai.samples.data.CsvTable.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvPropertyTest {
    private static final int[] ALPHABET = {
        'a', 'Z', '0', '.', ' ', '\t', ',', ';', '"', '\'', '\n', '\r', 0xE9, 0x2028, 0x4E2D, 0x1F600, 0x202E, 1
    };

    @TempDir
    Path dir;

    private CsvTable read(String text, Header header) {
        try {
            Path file = Files.write(dir.resolve("t.csv"), text.getBytes(StandardCharsets.UTF_8));
            return CsvTable.read(file, header, Set.of(), DataLimits.DEFAULT);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A cell as RFC 4180 has it: quoted where it must be, and sometimes where it need not. */
    private static String written(String cell, Random random) {
        boolean must = cell.matches("(?s).*[,\"\n\r].*");
        return must || random.nextInt(4) == 0 ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
    }

    private static String cell(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(8); length > 0; length--) {
            text.appendCodePoint(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return text.toString();
    }

    /** The first row is "x" so that every column is text and no cell is taken for a number. */
    @Test
    void anyTableOfTextsAndEmptyCellsReadsBack() {
        long seed = 4180;
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            int width = 1 + random.nextInt(4);
            String end = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
            List<List<String>> rows = new ArrayList<>();
            rows.add(new ArrayList<>(java.util.Collections.nCopies(width, "x")));
            for (int r = random.nextInt(6); r > 0; r--) {
                List<String> row = new ArrayList<>();
                for (int c = 0; c < width; c++) {
                    row.add(cell(random));
                }
                rows.add(row);
            }
            StringBuilder text = new StringBuilder(random.nextInt(5) == 0 ? "\uFEFF" : "");
            for (int r = 0; r < rows.size(); r++) {
                List<String> cells = new ArrayList<>();
                for (String cell : rows.get(r)) {
                    cells.add(width == 1 && cell.isEmpty() ? "\"\"" : written(cell, random));
                }
                text.append(String.join(",", cells));
                text.append(r == rows.size() - 1 && random.nextBoolean() ? "" : end);
            }
            CsvTable table = read(text.toString(), Header.NO);

            String where = "seed " + seed + ", round " + round + ": " + text;
            assertThat(table.rows()).as(where).isEqualTo(rows.size());
            for (int r = 0; r < rows.size(); r++) {
                for (int c = 0; c < width; c++) {
                    CsvTable.Column column = table.columns().get(c);
                    assertThat(column.kind()).as(where).isEqualTo(Kind.TEXT);
                    assertThat(column.text(r)).as(where).isEqualTo(rows.get(r).get(c));
                }
            }
        }
    }

    /** {@link BigDecimal} and {@link Long} are the oracles of what a cell of digits means. */
    @Test
    void anyNumberReadsAsItsNearestDouble() {
        long seed = 754;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<String> cells = new ArrayList<>();
            boolean whole = round % 2 == 0;
            for (int i = 0; i < 20; i++) {
                String digits = Long.toString(random.nextLong() >> random.nextInt(64));
                cells.add(
                        whole
                                ? digits
                                : switch (random.nextInt(4)) {
                                    case 0 -> digits + "." + random.nextInt(1_000_000);
                                    case 1 -> digits + "e" + (random.nextInt(40) - 30);
                                    case 2 -> Double.toString(random.nextGaussian());
                                    default -> (random.nextBoolean() ? "+." : "-.") + random.nextInt(1000);
                                });
            }
            CsvTable.Column column =
                    read(String.join("\n", cells), Header.NO).columns().get(0);

            assertThat(column.kind()).as("seed %d: %s", seed, cells).isEqualTo(whole ? Kind.WHOLE : Kind.NUMBER);
            for (int i = 0; i < cells.size(); i++) {
                if (whole) {
                    assertThat(column.whole(i)).isEqualTo(Long.parseLong(cells.get(i)));
                }
                assertThat(column.number(i))
                        .as("seed %d: %s", seed, cells.get(i))
                        .isEqualTo(new BigDecimal(cells.get(i)).doubleValue());
            }
        }
    }

    @Test
    void aQuotedEmptyCellIsARowAndAnEmptyLineIsNone() {
        CsvTable table = read("x\n\"\"\n\ny\n\"\"", Header.NO);

        assertThat(table.rows()).isEqualTo(4);
        assertThat(table.columns().get(0).tensor().strings()).containsExactly("x", "", "y", "");
    }

    /** For every line and every way to end lines, the ragged row is named by the line an editor shows. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void badRowsAreNamedByTheirLine(String end) {
        for (int bad = 2; bad <= 9; bad++) {
            StringBuilder text = new StringBuilder();
            for (int line = 1; line <= 9; line++) {
                text.append(line == bad ? "1,2,3" : line % 3 == 0 ? "" : "1,2").append(end);
            }
            String where = "line (" + bad + ")";
            assertThatThrownBy(() -> read(text.toString(), Header.NO))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(where)
                    .hasMessageContaining("(3) cells")
                    .hasMessageContaining("t.csv");
        }
    }

    @Test
    void quoteMistakesAreNamedByTheirLineToo() {
        for (int bad = 1; bad <= 5; bad++) {
            String before = "\"a\",1\r\n".repeat(bad - 1);
            assertThatThrownBy(() -> read(before + "\"a\"x,1\r\n", Header.NO))
                    .hasMessageContaining("line (" + (before.lines().count() + 1) + ")")
                    .hasMessageContaining("(x) follows");
            assertThatThrownBy(() -> read(before + "\"a,1\r\n2,3", Header.NO))
                    .hasMessageContaining("opened in line (" + (before.lines().count() + 1) + ")");
        }
    }

    @Test
    void textBesideNumbersIsNamedByItsColumn() {
        for (int bad = 0; bad < 4; bad++) {
            List<String> cells = new ArrayList<>(List.of("1", "2.5", "", "-3"));
            cells.set(bad, "tall");
            CsvTable table = read(String.join(",", cells) + "\n" + String.join(",", cells) + "\n", Header.NO);
            String column = "Column (c" + bad + ")";
            assertThatThrownBy(() -> table.matrix(true))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(column)
                    .hasMessageContaining("'tall'");
        }
    }

    /** A first row is a header exactly where some cell of it is text above a column of numbers. */
    @Test
    void headersAreFoundByTheirContrastWithTheData() {
        long seed = 55;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int width = 1 + random.nextInt(4);
            List<String> first = new ArrayList<>();
            List<String> data = new ArrayList<>();
            boolean contrast = false;
            for (int c = 0; c < width; c++) {
                boolean textAbove = random.nextBoolean();
                boolean textBelow = random.nextBoolean();
                first.add(textAbove ? "name" + c : Integer.toString(random.nextInt(99)));
                data.add(textBelow ? "t" + random.nextInt(99) : Integer.toString(random.nextInt(99)));
                contrast |= textAbove && !textBelow;
            }
            String text = String.join(",", first) + "\n" + (String.join(",", data) + "\n").repeat(3);
            CsvTable table = read(text, Header.AUTO);

            assertThat(table.header()).as("seed %d: %s", seed, text).isEqualTo(contrast);
            assertThat(table.rows()).isEqualTo(contrast ? 3 : 4);
            if (contrast) {
                assertThat(table.columns()).extracting(CsvTable.Column::name).containsExactlyElementsOf(first);
            }
        }
    }

    @Test
    void oneTextCellMakesItsColumnTextFromTheFirstRowOn() {
        for (int at = 0; at < 30; at++) {
            StringBuilder text = new StringBuilder();
            for (int r = 0; r < 30; r++) {
                text.append(r == at ? "n/a?" : " " + r).append(",").append(r).append('\n');
            }
            CsvTable table = read(text.toString(), Header.NO);

            assertThat(table.columns()).extracting(CsvTable.Column::kind).containsExactly(Kind.TEXT, Kind.WHOLE);
            assertThat(table.columns().get(0).text(at)).isEqualTo("n/a?");
            assertThat(table.columns().get(0).text((at + 1) % 30)).isEqualTo(" " + (at + 1) % 30);
        }
    }

    @Test
    void bytesThatAreNoUtf8AreNamedByTheirPlace() throws IOException {
        for (byte[] bad :
                new byte[][] {{(byte) 0xC3}, {(byte) 0xFF}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xF8, 1}
                }) {
            byte[] text = ("a,b\n" + "c,").getBytes(StandardCharsets.UTF_8);
            byte[] all = java.util.Arrays.copyOf(text, text.length + bad.length);
            System.arraycopy(bad, 0, all, text.length, bad.length);
            Path file = Files.write(dir.resolve("bad.csv"), all);
            assertThatThrownBy(() -> CsvTable.read(file, Header.NO, Set.of(), DataLimits.DEFAULT))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is not UTF-8");
        }
    }
}
