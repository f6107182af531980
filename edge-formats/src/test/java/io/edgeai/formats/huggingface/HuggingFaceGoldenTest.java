package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.golden.Formats;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Folders with answers that PyTorch computed, compared at every token that is no padding. */
class HuggingFaceGoldenTest {
    private static final double BOUND = 1e-5;

    @Test
    void everyFolderAnswersAsPyTorchDoes() throws IOException {
        List<Path> folders;
        try (Stream<Path> all = Files.list(Formats.folder("huggingface"))) {
            folders = all.filter(f -> Files.isRegularFile(f.resolve("config.json")))
                    .sorted()
                    .toList();
        }
        List<String> wrong = new ArrayList<>();
        for (Path folder : folders) {
            ImportedModel model = new HuggingFaceImporter().read(folder);
            Map<String, Npy> inputs = new LinkedHashMap<>();
            model.graph()
                    .inputs()
                    .forEach(input -> inputs.put(input.name(), Npy.read(folder.resolve(input.name() + ".npy"))));
            Map<String, Npy> outputs = TinyModel.run(model, inputs);
            double[] mask = inputs.get("attention_mask").numbers();
            for (Path file : expected(folder)) {
                String name =
                        file.getFileName().toString().replace("expected_", "").replace(".npy", "");
                double apart = apart(Npy.read(file), outputs.get(name), mask);
                if (!(apart <= BOUND)) {
                    wrong.add(folder.getFileName() + " " + name + ": " + apart);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(folders).hasSizeGreaterThanOrEqualTo(3);
    }

    private static List<Path> expected(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(f -> f.getFileName().toString().startsWith("expected_"))
                    .sorted()
                    .toList();
        }
    }

    private static double apart(Npy expected, Npy found, double[] mask) {
        assertThat(found.dims()).isEqualTo(expected.dims());
        double[] wanted = expected.numbers();
        double[] got = found.numbers();
        boolean perToken = expected.dims().length == 3;
        int width = perToken ? (int) expected.dims()[2] : 1;
        double most = 0;
        for (int i = 0; i < wanted.length; i++) {
            if (!perToken || mask[i / width] == 1) {
                most = Math.max(most, Math.abs(wanted[i] - got[i]));
            }
        }
        return most;
    }
}
