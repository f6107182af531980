package io.edgeai.formats.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.safetensors.TensorFile;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A folder with settings and random weights, to be written, imported and run. */
final class TinyModel {
    final long seed;
    final Map<String, Object> config = new LinkedHashMap<>();
    final Map<String, float[]> weights = new LinkedHashMap<>();
    final Map<String, long[]> dims = new LinkedHashMap<>();
    private final Random random;

    TinyModel(long seed, String type, String architecture) {
        this.seed = seed;
        this.random = new Random(seed);
        set("model_type", type).set("architectures", List.of(architecture));
    }

    TinyModel set(String key, Object value) {
        config.put(key, value);
        return this;
    }

    int size(String key) {
        return (Integer) config.get(key);
    }

    TinyModel weight(String name, long... shape) {
        int count = 1;
        for (long dim : shape) {
            count *= (int) dim;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (0.4 * random.nextGaussian());
        }
        weights.put(name, values);
        dims.put(name, shape);
        return this;
    }

    TinyModel linear(String name, int out, int in) {
        return weight(name + ".weight", out, in).weight(name + ".bias", out);
    }

    TinyModel norm(String name, int width) {
        weight(name + ".weight", width).weight(name + ".bias", width);
        float[] scale = weights.get(name + ".weight");
        for (int i = 0; i < width; i++) {
            scale[i] += 1;
        }
        return this;
    }

    TinyModel remove(String name) {
        weights.remove(name);
        dims.remove(name);
        return this;
    }

    TinyModel rename(String from, String to) {
        weights.put(to, weights.remove(from));
        dims.put(to, dims.remove(from));
        return this;
    }

    /** Numbers of tokens, the rows after the first cut short by padding. */
    long[][] tokens(int batch, int sequence, int vocabulary, int padding) {
        long[][] ids = new long[batch][sequence];
        for (int b = 0; b < batch; b++) {
            for (int s = 0; s < sequence; s++) {
                ids[b][s] = s < sequence - 2 * b ? 3 + random.nextInt(vocabulary - 3) : padding;
            }
        }
        return ids;
    }

    Path save(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), new ObjectMapper().writeValueAsString(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TensorFile file = new TensorFile();
        weights.forEach((name, values) -> file.floats(name, values, dims.get(name)));
        file.save(folder.resolve("model.safetensors"));
        return folder;
    }

    ImportedModel imported(Path folder) {
        return new HuggingFaceImporter().read(save(folder));
    }

    /** Outputs by name; inputs by the names the graph has. */
    static Map<String, Npy> run(ImportedModel model, Map<String, Npy> inputs) {
        List<Npy> feeds = new ArrayList<>();
        model.graph().inputs().forEach(input -> feeds.add(inputs.get(input.name())));
        List<Npy> outputs = Runner.outputs(model.graph(), feeds);
        Map<String, Npy> named = new LinkedHashMap<>();
        for (int i = 0; i < outputs.size(); i++) {
            named.put(model.graph().outputs().get(i).name(), outputs.get(i));
        }
        return named;
    }

    static Npy integers(long[][] rows) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * rows.length * rows[0].length).order(ByteOrder.LITTLE_ENDIAN);
        for (long[] row : rows) {
            for (long value : row) {
                bytes.putLong(value);
            }
        }
        return new Npy("i8", new long[] {rows.length, rows[0].length}, bytes.rewind());
    }
}
