package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that PyTorch 2.13 exported, and archives written here after its schema. */
class TorchExportTest {
    @TempDir
    Path folder;

    private static Path exported() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(TorchExportTest.class.getResource("/pytorch/exported.pt2"))
                .toURI());
    }

    private Path archive(String name, String json) throws IOException {
        Path file = folder.resolve("model.pt2");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("model/archive_format"));
            zip.write("pt2".getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry(name));
            zip.write(json.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    @Test
    void aRealProgramTellsItsSignatureOperatorsAndWeights() throws URISyntaxException {
        ModelInspection found = ModelInspector.inspect(exported());

        assertThat(found.format()).isEqualTo(ModelFormat.PYTORCH);
        assertThat(found.variant()).isEqualTo("exported program");
        assertThat(found.producer()).startsWith("PyTorch 2.13.0");
        assertThat(found.operators())
                .isEqualTo(
                        Map.of("conv2d", 1, "batch_norm", 1, "relu", 1, "mean", 1, "mul", 1, "linear", 1, "argmax", 1));
        assertThat(found.signature().inputs().toString()).matches("\\[image: FLOAT\\[s\\d+,3,8,8], scale: FLOAT\\[1]]");
        assertThat(found.signature().outputs().toString())
                .matches("\\[linear: FLOAT\\[s\\d+,5], argmax: INT64\\[s\\d+]]");
        // 145 parameters, a running mean and variance of four channels; the counter of batches is no weight
        assertThat(found.parameters()).isEqualTo(145 + 8);
        assertThat(found.weightBytes()).isEqualTo(4 * (145 + 8));
        assertThat(found.metadata().get("weights"))
                .contains("c.weight: FLOAT[4,3,3,3]", "n.running_var: FLOAT[4]", "l.bias: FLOAT[5]");
        assertThat(found.can("convert")).isFalse();
        assertThat(found.warnings()).isEmpty();
    }

    @Test
    void theFormBeforeArchivesIsReadToo() throws IOException {
        Path file = archive(
                "serialized_exported_program.json",
                """
                {"graph_module": {"graph": {"inputs": [], "outputs": [],
                  "nodes": [{"target": "torch.ops.mine.twist.default", "inputs": [{"name": "x"}]},
                            {"target": "_operator.add", "metadata": {"target": "torch.ops.aten.no.default"}}],
                  "tensor_values": {"x": {"dtype": 13, "sizes": [{"as_int": 2}, {"as_expr": {"expr_str": "2*s0"}}]},
                                    "odd": {"dtype": 99, "sizes": []}}},
                 "signature": {"input_specs": [{"user_input": {"arg": {"as_tensor": {"name": "x"}}}},
                                               {"user_input": {"arg": {"as_int": 3}}}],
                               "output_specs": [{"user_output": {"arg": {"as_tensor": {"name": "odd"}}}}]}}}
                """);

        ModelInspection found = ModelInspector.inspect(file);

        assertThat(found.operators()).isEqualTo(Map.of("mine::twist", 1, "_operator.add", 1));
        assertThat(found.signature().inputs()).hasToString("[x: BFLOAT16[2,2*s0]]");
        assertThat(found.signature().outputs()).isEmpty();
        assertThat(found.parameters()).isZero();
        assertThat(found.warnings()).singleElement().asString().contains("as_int", "odd", "left out");
    }

    @Test
    void compiledCodeAloneIsSaidToBeThat() throws IOException {
        ModelInspection found = ModelInspector.inspect(archive("model/data/aotinductor/model/code.so", "ELF"));

        assertThat(found.warnings()).anySatisfy(warning -> assertThat(warning).contains("without its program"));
    }

    @Test
    void aDamagedProgramIsRefusedOrDescribed() throws IOException {
        assertThatThrownBy(() -> ModelInspector.inspect(archive("model/models/model.json", "{\"graph_module\": {")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> ModelInspector.inspect(archive("model/models/model.json", "[1, 2]")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no JSON object");
    }

    @Test
    void anyDamageGivesAnAnswerOrATypedErrorWithinBounds() throws IOException, URISyntaxException {
        byte[] good = Files.readAllBytes(exported());
        long seed = 20261126;
        Random random = new Random(seed);
        new Damage(folder).look(good, "exported.pt2", Long.MAX_VALUE / 2, 2);
        Damage damage = new Damage(folder);
        for (int i = 0; i < 300; i++) {
            damage.look(Damage.variant(good, random), "exported.pt2, seed " + seed + ", variant " + i, 1 << 20, 2);
        }
        assertThat(damage.refused()).isPositive();
    }
}
