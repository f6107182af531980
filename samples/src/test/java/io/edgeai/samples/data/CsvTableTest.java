package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.samples.data.CsvTable.Header;
import io.edgeai.samples.data.CsvTable.Kind;
import java.io.IOException;
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
import org.junit.jupiter.params.provider.CsvSource;

class CsvTableTest {
    @TempDir
    Path dir;

    private CsvTable read(String text) {
        return read(text, Header.AUTO);
    }

    private CsvTable read(String text, Header header, String... expected) {
        try {
            Path file = Files.writeString(dir.resolve("t.csv"), text);
            return CsvTable.read(file, header, Set.of(expected), DataLimits.DEFAULT);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void numbersWithoutHeader() {
        CsvTable table = read("1,2.5\n3,-4e2\n");

        assertThat(table.header()).isFalse();
        assertThat(table.rows()).isEqualTo(2);
        assertThat(table.columns()).extracting(CsvTable.Column::name).containsExactly("c0", "c1");
        assertThat(table.columns()).extracting(CsvTable.Column::kind).containsExactly(Kind.WHOLE, Kind.NUMBER);
        assertThat(table.matrix(false).doubles()).containsExactly(1, 2.5, 3, -400);
        assertThat(table.matrix(true).floats()).containsExactly(1f, 2.5f, 3f, -400f);
    }

    @Test
    void textAboveNumbersIsAHeader() {
        CsvTable table = read("x,y\n1,2\n");

        assertThat(table.header()).isTrue();
        assertThat(table.rows()).isEqualTo(1);
        assertThat(table.columns()).extracting(CsvTable.Column::name).containsExactly("x", "y");
        assertThat(table.matrix(false).longs()).containsExactly(1, 2);
    }

    @Test
    void textAboveTextIsDataUnlessTheNamesAreExpected() {
        assertThat(read("good\nbad\n").header()).isFalse();
        assertThat(read("text\nbad\n", Header.AUTO, "text").header()).isTrue();
        assertThat(read("text\nbad\n", Header.NO, "text").header()).isFalse();
    }

    @Test
    void theHeaderCanBeForced() {
        assertThat(read("1,2\n3,4\n", Header.YES).columns())
                .extracting(CsvTable.Column::name)
                .containsExactly("1", "2");
        assertThat(read("x,y\n1,2\n", Header.NO).numeric()).isFalse();
        assertThat(read("x,y\n1,2\n", Header.NO).rows()).isEqualTo(2);
    }

    @Test
    void aNanInTheFirstRowIsNoHeader() {
        CsvTable table = read("nan,1\n2,3\n");

        assertThat(table.header()).isFalse();
        assertThat(table.matrix(false).doubles()).containsExactly(Double.NaN, 1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "7,WHOLE",
        "-7,WHOLE",
        "+7,WHOLE",
        "9223372036854775807,WHOLE",
        "9223372036854775808,NUMBER",
        "1e3,NUMBER",
        ".5,NUMBER",
        "5.,NUMBER",
        "nan,NUMBER",
        "NaN,NUMBER",
        "NA,NUMBER",
        "inf,NUMBER",
        "-Infinity,NUMBER",
        "' 12 ',WHOLE",
        "1d,TEXT",
        "0x10,TEXT",
        "1f,TEXT",
        "-,TEXT",
        "e5,TEXT",
        "1-2,TEXT",
        "true,TEXT",
        "2024-01-01,TEXT",
        "1.2.3,TEXT"
    })
    void cellsAreWhatTheyLookLike(String cell, Kind kind) {
        CsvTable table = read("x," + cell + "\nx," + cell + "\n", Header.NO);

        assertThat(table.columns().get(1).kind()).isEqualTo(kind);
    }

    @Test
    void emptyCellsAreMissingNumbers() {
        CsvTable table = read("1,\n,2\n");

        assertThat(table.matrix(false).doubles()).containsExactly(1, Double.NaN, Double.NaN, 2);
    }

    @Test
    void bigIntegersKeepAllDigits() {
        CsvTable table = read("9007199254740993\n-9223372036854775808\n");

        assertThat(table.matrix(false).longs()).containsExactly(9007199254740993L, Long.MIN_VALUE);
    }

    @Test
    void infinitiesAndMissingValuesParse() {
        CsvTable table = read("inf,-inf\nnull,n/a\n");

        assertThat(table.matrix(false).doubles())
                .containsExactly(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, Double.NaN);
    }

    @Test
    void quotesFollowRfc4180() {
        CsvTable table = read("a,\"b \"\"quoted\"\", c\"\r\n\"line\nbreak\",d\r\n");

        assertThat(table.columns().get(1).text(0)).isEqualTo("b \"quoted\", c");
        assertThat(table.columns().get(0).text(1)).isEqualTo("line\nbreak");
        assertThat(table.matrix(false).strings()).hasSize(4);
    }

    @Test
    void lastLineNeedsNoEndAndEmptyLinesAreSkipped() {
        assertThat(read("1,2\n\n3,4").rows()).isEqualTo(2);
        assertThat(read("1\r2\r3").rows()).isEqualTo(3);
        assertThat(read("\uFEFF1,2\n").matrix(false).longs()).containsExactly(1, 2);
    }

    @Test
    void raggedRowsAreNamedByLine() {
        assertThatThrownBy(() -> read("1,2\n3,4\n5\n"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("line (3)")
                .hasMessageContaining("(1) cells");
    }

    @Test
    void lineNumbersCountBreaksWithinQuotes() {
        assertThatThrownBy(() -> read("\"a\nb\",1\n2\n")).hasMessageContaining("line (3)");
    }

    @Test
    void quoteMistakesAreNamed() {
        assertThatThrownBy(() -> read("1,\"open\n2,3\n")).hasMessageContaining("line (1)");
        assertThatThrownBy(() -> read("\"a\"b,1\n")).hasMessageContaining("(b) follows a closing quote");
    }

    @Test
    void mixedTablesHaveNoMatrix() {
        CsvTable table = read("1,a\n2,b\n", Header.NO);

        assertThat(table.numeric()).isFalse();
        assertThatThrownBy(() -> table.matrix(false))
                .hasMessageContaining("Column (c1)")
                .hasMessageContaining("'a'");
        assertThat(table.columns().get(0).tensor().type()).isEqualTo(ElementType.INT64);
        assertThat(table.columns().get(1).tensor().strings()).containsExactly("a", "b");
        assertThat(table.column("c1")).isNotNull();
        assertThat(table.column("nope")).isNull();
    }

    @Test
    void tsvSplitsAtTabs() throws IOException {
        Path file = Files.writeString(dir.resolve("t.tsv"), "1,5\t2\n");
        CsvTable table = CsvTable.read(file, Header.NO, Set.of(), DataLimits.DEFAULT);

        assertThat(table.columns()).hasSize(2);
        assertThat(table.columns().get(0).text(0)).isEqualTo("1,5");
    }

    @Test
    void emptyAndForeignFilesAreRefused() throws IOException {
        assertThatThrownBy(() -> read("")).hasMessageContaining("is empty");
        assertThatThrownBy(() -> read("\n\n")).hasMessageContaining("is empty");
        Path latin = Files.write(dir.resolve("l.csv"), "a,é\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> CsvTable.read(latin, Header.AUTO, Set.of(), DataLimits.DEFAULT))
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> CsvTable.read(dir.resolve("no.csv"), Header.AUTO, Set.of(), DataLimits.DEFAULT))
                .hasMessageContaining("does not exist");
    }

    @Test
    void sizesAreBounded() throws IOException {
        Path wide = Files.writeString(dir.resolve("w.csv"), "1,".repeat(100) + "1\n");
        Path large = Files.writeString(dir.resolve("l.csv"), "1\n".repeat(1000));

        assertThatThrownBy(() -> CsvTable.read(wide, Header.NO, Set.of(), new DataLimits(10_000, 50, 10)))
                .hasMessageContaining("more than (50) cells");
        assertThatThrownBy(() -> CsvTable.read(large, Header.NO, Set.of(), new DataLimits(1000, 50, 10)))
                .hasMessageContaining("limit");
    }

    @Test
    void aHeaderAloneHasNoRows() {
        CsvTable table = read("x,y\n", Header.YES);

        assertThat(table.rows()).isZero();
        assertThat(table.matrix(true).shape()).containsExactly(0, 2);
    }

    @Test
    void anyTableOfTextsReadsBackAsWritten() {
        long seed = 23;
        Random random = new Random(seed);
        String alphabet = "ab,\"\n\r\t é1.";
        for (int round = 0; round < 200; round++) {
            int width = 1 + random.nextInt(4);
            List<List<String>> rows = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            for (int r = 0; r < 1 + random.nextInt(5); r++) {
                List<String> row = new ArrayList<>();
                for (int c = 0; c < width; c++) {
                    StringBuilder cell = new StringBuilder("t");
                    for (int i = random.nextInt(6); i > 0; i--) {
                        cell.append(alphabet.charAt(random.nextInt(alphabet.length())));
                    }
                    row.add(cell.toString());
                    text.append(c == 0 ? "" : ",")
                            .append('"')
                            .append(cell.toString().replace("\"", "\"\""))
                            .append('"');
                }
                rows.add(row);
                text.append(random.nextBoolean() ? "\n" : "\r\n");
            }
            CsvTable table = read(text.toString(), Header.NO);

            assertThat(table.rows()).as("seed %d, round %d", seed, round).isEqualTo(rows.size());
            for (int r = 0; r < rows.size(); r++) {
                for (int c = 0; c < width; c++) {
                    assertThat(table.columns().get(c).text(r))
                            .isEqualTo(rows.get(r).get(c));
                }
            }
        }
    }
}
