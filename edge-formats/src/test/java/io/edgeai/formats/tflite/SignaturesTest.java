package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.RESOURCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.ModelImporters;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.tflite.file.Builtin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of several entrances: each by its name, with the names that callers use. */
class SignaturesTest {
    @TempDir
    Path folder;

    private static Table signature(String key, int graph, Map<String, Integer> inputs, Map<String, Integer> outputs) {
        return table().with(0, aliases(inputs))
                .with(1, aliases(outputs))
                .with(2, key)
                .with(4, graph);
    }

    private static List<Table> aliases(Map<String, Integer> names) {
        return names.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> table().with(0, each.getKey()).with(1, each.getValue()))
                .toList();
    }

    /** A negation under one name; a difference and its minuend under another. */
    private static TfliteFile two(String first, String second) {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        int y = file.output(FLOAT32, 2);
        file.op(Builtin.NEG, table(), new int[] {x}, y).next();
        int b = file.input(FLOAT32, 2);
        int a = file.input(FLOAT32, 2);
        int d = file.output(FLOAT32, 2);
        file.op(Builtin.SUB, table(), new int[] {a, b}, d);
        file.leaves(a);
        file.model.with(
                7,
                List.of(
                        signature(first, 0, Map.of("x", x), Map.of("negated", y)),
                        signature(
                                second,
                                1,
                                Map.of("minuend", a, "subtrahend", b),
                                Map.of("difference", d, "again", d, "given", a))));
        return file;
    }

    private Path written(TfliteFile file) {
        try {
            return Files.write(folder.resolve("model.tflite"), file.bytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<double[]> run(ImportedModel imported, float[]... inputs) {
        return Runner.run(
                imported.graph(),
                java.util.Arrays.stream(inputs)
                        .map(values -> {
                            ByteBuffer bytes =
                                    ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                            bytes.asFloatBuffer().put(values);
                            return new Npy("f4", new long[] {values.length}, bytes);
                        })
                        .toList());
    }

    @Test
    void allAreListedWithTypesAndSizes() {
        Map<String, Signature> found = new TfliteImporter().signatures(written(two("negate", "subtract")));

        assertThat(found.keySet()).containsExactly("negate", "subtract");
        assertThat(found.get("negate")).hasToString("Signature[inputs=[x: FLOAT[2]], outputs=[negated: FLOAT[2]]]");
        assertThat(found.get("subtract").inputs())
                .extracting(Object::toString)
                .containsExactly("minuend: FLOAT[2]", "subtrahend: FLOAT[2]");
    }

    @Test
    void oneIsChosenByNameAndSpeaksItsOwnNames() {
        ImportedModel imported =
                ModelImporters.discover().read(ModelFormat.TFLITE, written(two("negate", "subtract")), "subtract");

        assertThat(imported.graph().inputs()).extracting(OnnxValue::name).containsExactly("subtrahend", "minuend");
        assertThat(imported.graph().outputs())
                .extracting(OnnxValue::name)
                .containsExactlyInAnyOrder("difference", "again", "given")
                .endsWith("given");
        assertThat(run(imported, new float[] {1, 2}, new float[] {10, 30}))
                .containsExactly(new double[] {9, 28}, new double[] {9, 28}, new double[] {10, 30});
        assertThat(imported.notes())
                .anyMatch(note -> note.startsWith("signature negate") && note.endsWith("choose it by its name)"))
                .anyMatch(note -> note.startsWith("signature subtract") && !note.contains("not converted"));
    }

    /** Without a choice values keep their tensors' names, as they always have. */
    @Test
    void whatIsServedIsMeantWhereNothingIsChosen() {
        ImportedModel served = new TfliteImporter().read(written(two("train", "serving_default")));

        assertThat(served.graph().inputs()).extracting(OnnxValue::name).containsExactly("t0", "t1");
        assertThat(run(served, new float[] {1, 2}, new float[] {10, 30}).get(0)).containsExactly(9, 28);

        ImportedModel first = new TfliteImporter().read(written(two("a", "b")));
        assertThat(run(first, new float[] {1, 2}).get(0)).containsExactly(-1, -2);
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        Path model = written(two("negate", "subtract"));
        assertThatThrownBy(() -> new TfliteImporter().read(model, "add"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has no signature (add). Maybe one of [negate, subtract]?");

        TfliteFile none = new TfliteFile();
        none.op(Builtin.NEG, table(), new int[] {none.input(FLOAT32, 1)}, none.output(FLOAT32, 1));
        Path nameless = written(none);
        assertThatThrownBy(() -> new TfliteImporter().read(nameless, "add"))
                .hasMessageContaining("Maybe leave it out: the file names none.");
        assertThatThrownBy(() -> ModelImporters.discover().read(ModelFormat.OPENVINO, nameless, "add"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("hold one computation, none of it named (add)");
        assertThat(ModelImporters.discover().signatures(ModelFormat.OPENVINO, nameless))
                .isEmpty();
    }

    private static int handle(TfliteFile file) {
        int handle = file.tensor(RESOURCE, 1);
        file.op(Builtin.VAR_HANDLE, table().with(0, "").with(1, "w"), new int[] {}, handle);
        return handle;
    }

    /** One entrance reads a variable, one writes it, and a graph called once gives it its first value. */
    private static TfliteFile shared() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        int y = file.output(FLOAT32, 2);
        file.op(Builtin.CALL_ONCE, table().with(0, 2), new int[] {});
        int w = file.tensor(FLOAT32, 2);
        file.op(Builtin.READ_VARIABLE, table(), new int[] {handle(file)}, w);
        file.op(Builtin.MUL, table(), new int[] {x, w}, y).next();
        int step = file.input(FLOAT32, 2);
        file.op(Builtin.CALL_ONCE, table().with(0, 2), new int[] {});
        file.op(Builtin.ASSIGN_VARIABLE, table(), new int[] {handle(file), step});
        file.leaves(step).next();
        file.op(Builtin.ASSIGN_VARIABLE, table(), new int[] {handle(file), file.floats(new float[] {3, 5}, 2)});
        file.next();
        file.model.with(
                7,
                List.of(
                        signature("infer", 0, Map.of("x", x), Map.of("y", y)),
                        signature("train", 1, Map.of("step", step), Map.of("step", step))));
        return file;
    }

    @Test
    void aSharedVariableIsReadAsItStartsAndTheNotesSayWhoWritesIt() {
        ImportedModel imported = new TfliteImporter().read(written(shared()), "infer");

        assertThat(run(imported, new float[] {1, 10}).get(0)).containsExactly(3, 50);
        assertThat(imported.notes())
                .contains(
                        "variables are read as they start; what the signatures [train] keep in them is not seen here");
    }

    @Test
    void whatWouldLiveOnToTheNextCallIsRefused() {
        Path model = written(shared());
        assertThatThrownBy(() -> new TfliteImporter().read(model, "train"))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(ASSIGN_VARIABLE keeps variable (w) for the next call) x 1 at operator 2");
    }

    @Test
    void aVariableWithoutAFirstValueIsRefused() {
        TfliteFile file = new TfliteFile();
        file.op(Builtin.READ_VARIABLE, table(), new int[] {handle(file)}, file.output(FLOAT32, 2));
        Path model = written(file);
        assertThatThrownBy(() -> new TfliteImporter().read(model))
                .hasMessageContaining("READ_VARIABLE reads variable (w), to which nothing gives a first value");
    }
}
