package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.samples.data.CsvTable;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.IdxFile;
import io.edgeai.samples.data.Normalization;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputBindingTest {
    private static final Signature TWO =
            signature(TensorSpec.of("age", ElementType.INT64, -1, 1), TensorSpec.of("size", ElementType.FLOAT, -1, 1));

    @TempDir
    Path dir;

    private static Signature signature(TensorSpec... inputs) {
        return new Signature(List.of(inputs), List.of());
    }

    private String text(String name, String content) {
        try {
            return Files.writeString(dir.resolve(name), content).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String npy(String name, Tensor tensor) {
        NpyFile.write(tensor, dir.resolve(name));
        return dir.resolve(name).toString();
    }

    private String npz(String name, Object... namesAndTensors) {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTensors.length; i += 2) {
            arrays.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
        }
        NpzFile.write(arrays, dir.resolve(name));
        return dir.resolve(name).toString();
    }

    private static InputBinding bind(Signature signature, String... arguments) {
        return InputBinding.of(signature, List.of(arguments), InputData.Reading.DEFAULT);
    }

    private static void assertTwo(InputBinding binding) {
        Map<String, Tensor> run = binding.firstRun(10);
        assertThat(run.get("age").longs()).containsExactly(3, 4);
        assertThat(run.get("age").shape()).containsExactly(2, 1);
        assertThat(run.get("size").floats()).containsExactly(1.5f, 2f);
    }

    /** The same two inputs by every way there is to give them. */
    @Test
    void everyWayToNameInputsGivesTheSameTensors() {
        Tensor age = Tensor.of(new int[] {3, 4}, 2, 1);
        Tensor size = Tensor.of(new double[] {1.5, 2}, 2);
        String both = text("both.csv", "size,age\n1.5,3\n2,4\n");
        assertTwo(bind(TWO, both));
        assertTwo(bind(TWO, text("rows.json", "[{\"size\":1.5,\"age\":3},{\"age\":4,\"size\":2}]")));
        assertTwo(bind(TWO, text("columns.json", "{\"size\":[1.5,2],\"age\":[3,4]}")));
        assertTwo(bind(TWO, npz("named.npz", "size", size, "age", age)));
        assertTwo(bind(TWO, npz("order.npz", "arr_0", age, "arr_1", size)));
        assertTwo(bind(TWO, "age=" + npy("a.npy", age), "size=" + npy("s.npy", size)));
        assertTwo(bind(TWO, "size=" + npy("s.npy", size), npy("a.npy", age)));
        assertTwo(bind(TWO, npy("a.npy", age), "size=" + both));
        assertTwo(bind(TWO, "age=" + both, "size=" + both));
        assertTwo(bind(TWO, text("tabs.tsv", "age\tsize\n3\t1.5\n4\t2\n")));
        assertTwo(InputBinding.of(TWO, Map.of("age", age, "size", size)));
    }

    @Test
    void whatTheModelDoesNotTakeIsNoticedOnce() {
        InputBinding table = bind(TWO, text("more.csv", "size,age,name\n1.5,3,a\n2,4,b\n"));
        assertTwo(table);
        assertThat(table.notices()).hasSize(1);
        assertThat(table.notices().get(0)).contains("more.csv", "1 columns");
        InputBinding arrays = bind(
                TWO,
                npz(
                        "more.npz",
                        "age",
                        Tensor.of(new long[] {3, 4}, 2),
                        "size",
                        Tensor.of(new float[] {1.5f, 2}, 2),
                        "extra",
                        Tensor.of(new long[] {1}, 1)));
        assertTwo(arrays);
        assertThat(arrays.notices()).singleElement().asString().contains("[extra]");
    }

    @Test
    void inputsGivenTwiceAreRefused() {
        String file = npy("a.npy", Tensor.of(new long[] {3, 4}, 2));
        assertThatThrownBy(() -> bind(TWO, "age=" + file, "age=" + file, "size=" + file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(age)")
                .hasMessageContaining("twice");
    }

    @Test
    void whatIsMissingOrTooMuchIsNamed() {
        String age = npy("age.npy", Tensor.of(new long[] {3, 4}, 2));
        assertThatThrownBy(() -> bind(TWO, "age=" + age))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("size: FLOAT")
                .hasMessageContaining("--input size=FILE");
        assertThatThrownBy(() -> bind(TWO, age)).hasMessageContaining("could feed any");
        assertThatThrownBy(() -> bind(TWO, "age=" + age, "size=" + age, age)).hasMessageContaining("no input left");
        assertThatThrownBy(() -> bind(TWO, "weight=" + age)).hasMessageContaining("(weight)");
        assertThatThrownBy(() -> bind(TWO, text("other.csv", "a,b,c\n1,2,3\n")))
                .hasMessageContaining("[a, b, c]")
                .hasMessageContaining("age=FILE");
        assertThatThrownBy(() -> bind(TWO, npz("x.npz", "q", Tensor.of(new long[] {1}, 1))))
                .hasMessageContaining("[q]");
        assertThatThrownBy(() -> bind(
                        TWO,
                        "age=" + npz("y.npz", "q", Tensor.of(new long[] {1}, 1), "r", Tensor.of(new long[] {1}, 1))))
                .hasMessageContaining("none of which is called (age)");
    }

    @Test
    void aFileWhoseNameHoldsAnEqualsSignIsAFile() {
        Signature one = signature(TensorSpec.of("x", ElementType.INT64, -1));
        Path odd = dir.resolve("a=b.npy");
        NpyFile.write(Tensor.of(new long[] {1, 2}, 2), odd);

        assertThat(bind(one, odd.toString()).firstRun(9).get("x").longs()).containsExactly(1, 2);
        assertThat(bind(one, "x=" + odd).firstRun(9).get("x").longs()).containsExactly(1, 2);
    }

    @Test
    void aWholeTableFeedsOneWideInput() {
        Signature wide = signature(TensorSpec.of("x", ElementType.FLOAT, -1, 3));
        for (String file : List.of(
                text("plain.csv", "1,2,3\n4,5,6\n"),
                text("titled.csv", "a,b,c\n1,2,3\n4,5,6\n"),
                text("rows.json", "[[1,2,3],[4,5,6]]"))) {
            assertThat(bind(wide, file).firstRun(5).get("x").floats()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(bind(wide, file).firstRun(1).get("x").floats()).containsExactly(1, 2, 3);
            assertThat(bind(wide, file).samples()).isTrue();
        }
        assertThatThrownBy(() -> bind(wide, text("narrow.csv", "1,2\n4,5\n")))
                .hasMessageContaining("3 values for each sample");
        assertThatThrownBy(() -> bind(wide, text("texts.csv", "1,a,2\n4,b,5\n")))
                .hasMessageContaining("Column (c1)");
    }

    @Test
    void byteImagesAreNormalizedWhereverTheyComeFrom() {
        Signature images = signature(TensorSpec.of("image", ElementType.FLOAT, -1, 1, 2, 2));
        Tensor bytes = Tensor.ofBytes(ElementType.UINT8, new byte[] {0, 51, 102, (byte) 255}, 1, 2, 2);
        IdxFile.write(bytes, dir.resolve("i.idx3.gz"));
        InputData.Reading how =
                new InputData.Reading(CsvTable.Header.AUTO, Normalization.parse("mean=.5,std=.5"), DataLimits.DEFAULT);
        float[] expected = {-1, -.6f, -.2f, 1};
        for (String file :
                List.of(dir.resolve("i.idx3.gz").toString(), npy("i.npy", bytes), npz("i.npz", "image", bytes))) {
            float[] found = InputBinding.of(images, List.of(file), how)
                    .firstRun(1)
                    .get("image")
                    .floats();
            for (int i = 0; i < 4; i++) {
                assertThat(found[i]).as(file).isCloseTo(expected[i], org.assertj.core.api.Assertions.within(1e-6f));
            }
        }
        // without normalization the bytes are the numbers
        assertThat(bind(images, npy("i.npy", bytes)).firstRun(1).get("image").floats())
                .containsExactly(0, 51, 102, 255);
    }

    @Test
    void firstRunIsNeverMoreThanAskedOrThanTheModelFixes() {
        Signature free = signature(TensorSpec.of("x", ElementType.FLOAT, -1, 2));
        Signature fixed = signature(TensorSpec.of("x", ElementType.FLOAT, 4, 2));
        float[] values = new float[16];
        String file = npy("x.npy", Tensor.of(values, 8, 2));
        for (int asked = 1; asked <= 10; asked++) {
            assertThat(bind(free, file).firstRun(asked).get("x").shape()).containsExactly(Math.min(8, asked), 2);
            assertThat(bind(fixed, file).firstRun(asked).get("x").shape()).containsExactly(4, 2);
        }
    }

    @Test
    void unknownEndingsAreRefused() {
        assertThatThrownBy(() -> bind(TWO, text("a.parquet", "x")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a.parquet")
                .hasMessageContaining(".npz");
    }
}
