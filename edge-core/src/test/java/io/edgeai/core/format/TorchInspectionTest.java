package io.edgeai.core.format;

import static io.edgeai.core.format.PickleBytes.called;
import static io.edgeai.core.format.PickleBytes.dict;
import static io.edgeai.core.format.PickleBytes.global;
import static io.edgeai.core.format.PickleBytes.list;
import static io.edgeai.core.format.PickleBytes.number;
import static io.edgeai.core.format.PickleBytes.object;
import static io.edgeai.core.format.PickleBytes.shape;
import static io.edgeai.core.format.PickleBytes.text;
import static io.edgeai.core.format.PickleBytes.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.edgeai.core.model.Signature;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives of PyTorch whose pickles are written opcode by opcode. */
class TorchInspectionTest {
    @TempDir
    Path folder;

    private ModelInspection inspect(byte[] bytes) throws IOException {
        return ModelInspector.inspect(Files.write(folder.resolve("model"), bytes));
    }

    private static String storage(String type, String key, long elements) {
        return tuple(text("storage"), global("torch", type), text(key), text("cpu"), number(elements)) + "Q";
    }

    private static String tensor(String type, String key, long stored, long offset, long... dims) {
        return called(
                global("torch._utils", "_rebuild_tensor_v2"),
                tuple(storage(type, key, stored), number(offset), shape(dims), shape(), PickleBytes.FALSE, dict()));
    }

    private static String ordered(String... items) {
        return called(global("collections", "OrderedDict"), ")") + dict(items).substring(1);
    }

    private static byte[] archive(String data, boolean script, Map<String, String> more) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("net/data.pkl", new String(PickleBytes.file(data), StandardCharsets.ISO_8859_1));
        entries.put("net/version", "3\n");
        entries.put("net/byteorder", "little");
        if (script) {
            entries.put("net/constants.pkl", "\u0080\2).");
        }
        entries.putAll(more);
        return Samples.zip(entries);
    }

    @Test
    void aStateListsItsTensors() throws IOException {
        ModelInspection model = inspect(archive(
                ordered(
                        "conv.weight", tensor("FloatStorage", "0", 54, 0, 2, 3, 3, 3),
                        "conv.bias", tensor("HalfStorage", "1", 2, 0, 2),
                        "norm.num_batches_tracked", tensor("LongStorage", "2", 1, 0)),
                false,
                Map.of("net/data/0", "x".repeat(216))));
        assertThat(model.metadata())
                .containsEntry(
                        "weights", "conv.weight FLOAT[2,3,3,3], conv.bias FLOAT16[2], norm.num_batches_tracked INT64[]")
                .containsEntry("tensors", "3")
                .containsEntry("byte order", "little");
        assertThat(model.parameters()).as("without the counter").isEqualTo(54 + 2);
        assertThat(model.weightBytes()).isEqualTo(4 * 54 + 2 * 2);
        assertThat(model.signature()).isEqualTo(Signature.UNKNOWN);
        assertThat(model.warnings()).anyMatch(text -> text.contains("weights without a graph"));
        assertThat(model.can("convert")).isFalse();
        assertThat(model.abilities()).allSatisfy(ability -> assertThat(ability.reason())
                .as(ability.what())
                .contains("without a graph")
                .doesNotContain("after conversion"));
    }

    /** A weight under two names, and two views of one storage. */
    @Test
    void sharedStoragesCountOnce() throws IOException {
        ModelInspection model = inspect(archive(
                ordered(
                        "encoder.weight", tensor("FloatStorage", "0", 20, 0, 4, 5),
                        "decoder.weight", tensor("FloatStorage", "0", 20, 0, 4, 5),
                        "left", tensor("FloatStorage", "1", 10, 0, 6),
                        "right", tensor("FloatStorage", "1", 10, 4, 6)),
                false,
                Map.of()));
        assertThat(model.parameters()).as("20, and all 10 that the views cover").isEqualTo(30);
    }

    @Test
    void aStorageOfWhichLittleIsUsedCountsLittle() throws IOException {
        ModelInspection model =
                inspect(archive(ordered("slice", tensor("DoubleStorage", "0", 1_000_000, 5, 3)), false, Map.of()));
        assertThat(model.parameters()).isEqualTo(3);
        assertThat(model.weightBytes()).isEqualTo(24);
    }

    @Test
    void parametersSubclassesAndCheckpointsAreLookedInto() throws IOException {
        String parameter = called(
                global("torch._utils", "_rebuild_parameter"),
                tuple(tensor("BFloat16Storage", "0", 8, 0, 8), PickleBytes.TRUE, ordered("a", number(1))));
        String typed = called(
                global("torch._tensor", "_rebuild_from_type_v2"),
                tuple(
                        global("torch._utils", "_rebuild_tensor_v2"),
                        global("mine", "Special"),
                        tuple(storage("CharStorage", "1", 5), number(0), shape(5), shape(), PickleBytes.FALSE, dict()),
                        dict()));
        ModelInspection model = inspect(archive(
                dict("epoch", number(3), "state_dict", ordered("w", parameter), "extra", list(typed, number(7))),
                false,
                Map.of()));
        assertThat(model.metadata()).containsEntry("weights", "state_dict.w BFLOAT16[8], extra.0 INT8[5]");
        assertThat(model.parameters()).isEqualTo(13);
    }

    @Test
    void modulesGiveTheirNamesWithoutTheirDictionaries() throws IOException {
        String linear = object(
                "torch.nn.modules.linear",
                "Linear",
                "_parameters",
                ordered("weight", tensor("FloatStorage", "0", 6, 0, 2, 3)),
                "_buffers",
                ordered("scale", tensor("FloatStorage", "1", 1, 0)));
        ModelInspection model =
                inspect(archive(object("mine", "Net", "_modules", ordered("head", linear)), false, Map.of()));
        assertThat(model.metadata()).containsEntry("weights", "head.weight FLOAT[2,3], head.scale FLOAT[]");
    }

    private static final String CODE =
            """
            class Part(Module):
              def forward(self: __torch__.nets.Part,
                x: Tensor) -> Tensor:
                return torch.relu(x)
            class Whole(Module):
              __parameters__ = ["weight", ]
              def forward(self: __torch__.nets.Whole,
                ids: Tensor,
                mask: Optional[Tensor]=None) -> Tuple[Tensor, Tensor]:
                y = ops.quantized.linear(torch.embedding(self.weight, ids), mask)
                return (y, torch.relu(y))
            """;

    @Test
    void scriptsTellWhatTheirOwnForwardTakesAndGives() throws IOException {
        ModelInspection model = inspect(archive(
                object("__torch__.nets", "Whole", "weight", tensor("FloatStorage", "0", 12, 0, 3, 4)),
                true,
                Map.of("net/code/__torch__/nets.py", CODE)));
        assertThat(model.metadata())
                .containsEntry("inputs", "ids: Tensor, mask: Optional[Tensor]=None")
                .containsEntry("outputs", "Tuple[Tensor, Tensor]")
                .containsEntry("weights", "weight FLOAT[3,4]");
        assertThat(model.operators()).isEqualTo(Map.of("relu", 2, "linear", 1, "embedding", 1));
        assertThat(model.parameters()).isEqualTo(12);
        assertThat(model.warnings())
                .anyMatch(text -> text.contains("(ids: Tensor") && text.contains("no element types and no shapes"));
    }

    /** torch.save before 1.6: four pickles, the keys of storages, and their bytes. */
    @Test
    void oldFilesListTheirTensorsToo() throws IOException {
        String magic = "\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
        String version = "\u0080\2M\u00e9\3.";
        String system = "\u0080\2" + dict("little_endian", PickleBytes.TRUE) + ".";
        String state = "\u0080\2" + ordered("fc.weight", tensor("FloatStorage", "94", 6, 0, 2, 3)) + ".";
        ModelInspection model =
                inspect(Samples.latin(magic + version + system + state + "\u0080\2]." + "\0".repeat(32)));
        assertThat(model.variant()).isEqualTo("legacy pickle");
        assertThat(model.metadata()).containsEntry("weights", "fc.weight FLOAT[2,3]");
        assertThat(model.parameters()).isEqualTo(6);
        assertThat(model.weightBytes()).isEqualTo(24);
    }

    /** A pickle and a source that unpack to a hundred times what the file holds. */
    @Test
    void archivesThatSwellAreNotReadToTheirEnd() throws IOException {
        String swollen = "X\u00f0\u00ff\u00ff\3" + "\0".repeat(64 << 20);
        byte[] file = Samples.zip(Map.of(
                "net/data.pkl",
                swollen,
                "net/constants.pkl",
                "\u0080\2).",
                "net/code/__torch__/a.py",
                "def forward(".repeat(1 << 20)));
        assertThat(file.length).isLessThan(1 << 20);
        Path path = Files.write(folder.resolve("bomb"), file);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        ModelInspection model = ModelInspector.inspect(path);
        assertThat(threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before)
                .as("bytes allocated")
                .isLessThan(24 << 20);
        assertThat(model.warnings()).anyMatch(text -> text.contains("(net/data.pkl) is damaged"));
    }

    /** What is no tensor, however it is called, counts nothing and breaks nothing. */
    @ParameterizedTest
    @CsvSource({
        "torch._utils, _rebuild_tensor_v2",
        "torch._utils, _rebuild_parameter",
        "torch._tensor, _rebuild_from_type_v2",
        "evil, _rebuild_tensor_v2",
        "os, system"
    })
    void callsThatMakeNoTensorAreHarmless(String module, String name) throws IOException {
        for (String arguments : new String[] {")", tuple(number(1)), tuple(list(), list(), list()), dict()}) {
            ModelInspection model =
                    inspect(archive(ordered("x", called(global(module, name), arguments)), false, Map.of()));
            assertThat(model.metadata())
                    .as("%s.%s(%s)", module, name, arguments)
                    .doesNotContainKey("weights");
        }
    }
}
