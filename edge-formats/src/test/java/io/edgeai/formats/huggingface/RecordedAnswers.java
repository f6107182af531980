package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

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

/** A model's folder with inputs and the answers another framework gave, compared at every token that is no padding. */
final class RecordedAnswers {
    private static final double BOUND = 1e-5;

    private RecordedAnswers() {}

    /** Folders in a folder that hold a model, in order of their names. */
    static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(f -> Files.isRegularFile(f.resolve("config.json")))
                    .sorted()
                    .toList();
        }
    }

    /** Each output that is missing or further than 1e-5 from the recorded one, relative to the largest where that is over 1. */
    static List<String> differences(Path folder) throws IOException {
        ImportedModel model = new HuggingFaceImporter().read(folder);
        Map<String, Npy> inputs = new LinkedHashMap<>();
        model.graph()
                .inputs()
                .forEach(input -> inputs.put(input.name(), Npy.read(folder.resolve(input.name() + ".npy"))));
        Map<String, Npy> outputs = TinyModel.run(model, inputs);
        List<String> wrong = new ArrayList<>();
        List<Path> expected = expected(folder);
        assertThat(expected).as("recorded answers in " + folder).isNotEmpty();
        for (Path file : expected) {
            String name = file.getFileName().toString().replace("expected_", "").replace(".npy", "");
            Npy found = outputs.get(name);
            double apart = found == null ? Double.NaN : apart(Npy.read(file), found, inputs.get("attention_mask"));
            if (!(apart <= BOUND)) {
                wrong.add(folder.getFileName() + " " + name + ": " + (found == null ? "missing" : apart));
            }
        }
        return wrong;
    }

    private static List<Path> expected(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(f -> f.getFileName().toString().startsWith("expected_"))
                    .sorted()
                    .toList();
        }
    }

    /** Images have no mask; what belongs to whole texts has no axis of tokens. */
    private static double apart(Npy expected, Npy found, Npy mask) {
        assertThat(found.dims()).isEqualTo(expected.dims());
        double[] wanted = expected.numbers();
        double[] got = found.numbers();
        long[] dims = expected.dims();
        boolean perToken = mask != null && dims.length > 1 && dims[1] == mask.dims()[1];
        int width = perToken ? (int) (wanted.length / (dims[0] * dims[1])) : 1;
        double most = 0;
        double largest = 1;
        for (int i = 0; i < wanted.length; i++) {
            if (!perToken || mask.numbers()[i / width] == 1) {
                double apart = Math.abs(wanted[i] - got[i]);
                most = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(most, apart);
                largest = Math.max(largest, Math.abs(wanted[i]));
            }
        }
        return most / largest;
    }
}
