package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.data.CsvTable;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.IdxFile;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputDataTest {
    @TempDir
    Path dir;

    private static Map<String, Tensor> outputs(Object... namesAndTensors) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTensors.length; i += 2) {
            outputs.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
        }
        return outputs;
    }

    private static Tensor random(ElementType type, Random random, long... shape) {
        long count = 1;
        for (long dim : shape) {
            count *= dim;
        }
        byte[] bytes = new byte[(int) type.bytes(count)];
        random.nextBytes(bytes);
        return Tensor.ofBytes(type, bytes, shape);
    }

    private CsvTable csv(Map<String, Tensor> outputs) {
        Path file = dir.resolve("o.csv");
        OutputData.write(outputs, file);
        return CsvTable.read(file, CsvTable.Header.YES, Set.of(), DataLimits.DEFAULT);
    }

    @Test
    void npzAndNpyKeepEveryBitOfEveryType() {
        long seed = 80;
        Random random = new Random(seed);
        for (ElementType type : List.of(
                ElementType.FLOAT,
                ElementType.DOUBLE,
                ElementType.FLOAT16,
                ElementType.INT8,
                ElementType.UINT8,
                ElementType.INT32,
                ElementType.UINT32,
                ElementType.INT64,
                ElementType.UINT64,
                ElementType.COMPLEX64)) {
            Tensor tensor = random(type, random, 3, 2, 2);
            OutputData.write(outputs("y", tensor), dir.resolve("y.npy"));
            OutputData.write(outputs("y", tensor, "z", tensor), dir.resolve("y.npz"));

            Tensor single = NpyFile.read(dir.resolve("y.npy"), DataLimits.DEFAULT);
            Tensor named =
                    NpzFile.read(dir.resolve("y.npz"), DataLimits.DEFAULT).get("z");
            for (Tensor back : List.of(single, named)) {
                assertThat(back.type()).as("seed %d", seed).isEqualTo(type);
                assertThat(back.shape()).containsExactly(3, 2, 2);
                assertThat(back.bytes()).containsExactly(tensor.bytes());
            }
        }
    }

    @Test
    void csvKeepsEveryNumberBesideItsTitle() {
        long seed = 81;
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            int rows = 1 + random.nextInt(6);
            Tensor doubles = random(ElementType.DOUBLE, random, rows, 3);
            Tensor longs = random(ElementType.INT64, random, rows);
            Tensor deep = random(ElementType.FLOAT, random, rows, 2, 2);
            CsvTable table = csv(outputs("d", doubles, "label", longs, "f", deep));

            assertThat(table.columns())
                    .extracting(CsvTable.Column::name)
                    .containsExactly("d_0", "d_1", "d_2", "label", "f_0", "f_1", "f_2", "f_3");
            assertThat(table.rows()).isEqualTo(rows);
            for (int r = 0; r < rows; r++) {
                String where = "seed " + seed + ", round " + round;
                for (int c = 0; c < 3; c++) {
                    assertThat(table.columns().get(c).number(r))
                            .as(where)
                            .isEqualTo(Double.valueOf(doubles.doubles()[r * 3 + c]));
                }
                assertThat(table.columns().get(3).whole(r)).as(where).isEqualTo(longs.longs()[r]);
                for (int c = 0; c < 4; c++) {
                    assertThat((float) table.columns().get(4 + c).number(r))
                            .as(where)
                            .isEqualTo(Float.valueOf(deep.floats()[r * 4 + c]));
                }
            }
        }
    }

    /** A lone column of texts, some of them empty, keeps all its rows. */
    @Test
    void csvKeepsTextsWithSeparatorsQuotesAndNothing() {
        long seed = 82;
        Random random = new Random(seed);
        String alphabet = "a,\"\n\r ;é'=";
        for (int round = 0; round < 200; round++) {
            String[] texts = new String[1 + random.nextInt(6)];
            texts[0] = "text";
            for (int i = 1; i < texts.length; i++) {
                StringBuilder text = new StringBuilder();
                for (int c = random.nextInt(4); c > 0; c--) {
                    text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                texts[i] = text.toString();
            }
            CsvTable table = csv(outputs("label, \"quoted\"", Tensor.of(texts, texts.length)));

            assertThat(table.columns().get(0).name()).isEqualTo("label, \"quoted\"");
            assertThat(table.columns().get(0).tensor().strings())
                    .as("seed %d, round %d", seed, round)
                    .containsExactly(texts);
        }
    }

    @Test
    void anAnswerWithoutRowsStillHasItsTitles() throws IOException {
        Map<String, Tensor> none =
                outputs("y", Tensor.allocate(ElementType.FLOAT, 0, 3), "label", Tensor.allocate(ElementType.INT64, 0));
        OutputData.write(none, dir.resolve("none.csv"));

        assertThat(Files.readString(dir.resolve("none.csv"))).isEqualTo("y_0,y_1,y_2,label\n");
        assertThat(OutputData.rows(none, 10, 10)).isEmpty();
    }

    @Test
    void jsonAndIdxReadBack() {
        Tensor bytes = random(ElementType.UINT8, new Random(83), 4, 3);
        OutputData.write(outputs("y", bytes), dir.resolve("y.idx2.gz"));
        OutputData.write(outputs("y", bytes), dir.resolve("y.json"));

        assertThat(IdxFile.read(dir.resolve("y.idx2.gz"), DataLimits.DEFAULT).bytes())
                .containsExactly(bytes.bytes());
        long[] back = JsonTensors.read(dir.resolve("y.json"), DataLimits.DEFAULT)
                .get("y")
                .longs();
        for (int i = 0; i < back.length; i++) {
            assertThat(back[i]).isEqualTo(bytes.bytes()[i] & 0xff);
        }
    }

    @Test
    void rowsAreCutToWhatIsAskedAndEqualTheTable() {
        Tensor y = Tensor.of(new long[] {1, 2, 3, 4, 5, 6}, 3, 2);
        Tensor z = Tensor.of(new String[] {"a", "b", "c"}, 3);
        for (int most = 0; most <= 4; most++) {
            for (int columns = 1; columns <= 4; columns++) {
                List<List<String>> rows = OutputData.rows(outputs("y", y, "z", z), most, columns);
                List<List<String>> all =
                        List.of(List.of("1", "2", "a"), List.of("3", "4", "b"), List.of("5", "6", "c"));
                int width = Math.min(3, columns);
                assertThat(rows)
                        .isEqualTo(all.subList(0, Math.min(3, most)).stream()
                                .map(row -> row.subList(0, width))
                                .toList());
            }
        }
    }

    @Test
    void outputsOfUnequalRowsFitNoTable() {
        Map<String, Tensor> unequal =
                outputs("y", Tensor.allocate(ElementType.FLOAT, 3, 2), "z", Tensor.allocate(ElementType.FLOAT, 2));

        assertThat(OutputData.commonRowsOrNone(unequal)).isEqualTo(-1);
        assertThatThrownBy(() -> OutputData.write(unequal, dir.resolve("u.csv")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("y: 3")
                .hasMessageContaining("z: 2");
        assertThatThrownBy(() -> OutputData.write(unequal, dir.resolve("u.npy")))
                .hasMessageContaining("[y, z]");
        assertThat(dir.resolve("u.csv")).doesNotExist();
        OutputData.write(unequal, dir.resolve("u.npz"));
        assertThat(NpzFile.read(dir.resolve("u.npz"), DataLimits.DEFAULT)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.npz", "A.NPZ", "a.npy", "a.csv", "a.json", "a.idx", "a.idx3.gz", "t-idx1-ubyte"})
    void theseEndingsCanBeWritten(String name) {
        Path file = dir.resolve("new/folder").resolve(name);
        OutputData.check(file);
        OutputData.write(outputs("y", Tensor.ofBytes(ElementType.UINT8, new byte[] {1, 2}, 2)), file);

        assertThat(file).isNotEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.txt", "npz", "a.csv.bak", "a.tsv", "a.gz"})
    void othersAreRefusedBeforeAnythingRuns(String name) {
        assertThatThrownBy(() -> OutputData.check(dir.resolve(name)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(name);
    }
}
