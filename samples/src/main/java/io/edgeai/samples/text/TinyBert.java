package io.edgeai.samples.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes a Hugging Face folder of a BERT classifier with random weights: one layer, width 24, two heads, 32 positions.
 * It knows nothing before it is trained. Not thread-safe.
 */
public final class TinyBert {
    private static final int WIDTH = 24;
    private static final int INNER = 48;
    private static final int POSITIONS = 32;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Map<String, long[]> shapes = new LinkedHashMap<>();
    private final Map<String, float[]> weights = new LinkedHashMap<>();
    private final Random random;

    private TinyBert(long seed) {
        this.random = new Random(seed);
    }

    /**
     * Writes {@code config.json}, {@code vocab.txt}, {@code tokenizer_config.json} and {@code model.safetensors}.
     *
     * @param labels names of the classes
     * @return the folder
     */
    public static Path write(Path folder, List<String> vocabulary, List<String> labels, long seed) throws IOException {
        TinyBert bert = new TinyBert(seed);
        bert.draw(vocabulary.size(), labels.size());
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("vocab.txt"), String.join("\n", vocabulary) + "\n");
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\":\"BertTokenizer\",\"do_lower_case\":true,\"model_max_length\":" + POSITIONS
                        + "}");
        Files.writeString(folder.resolve("config.json"), bert.config(vocabulary.size(), labels));
        bert.save(folder.resolve("model.safetensors"));
        return folder;
    }

    private String config(int vocabulary, List<String> labels) {
        ObjectNode config = mapper.createObjectNode()
                .put("model_type", "bert")
                .put("vocab_size", vocabulary)
                .put("hidden_size", WIDTH)
                .put("num_hidden_layers", 1)
                .put("num_attention_heads", 2)
                .put("intermediate_size", INNER)
                .put("max_position_embeddings", POSITIONS)
                .put("type_vocab_size", 2)
                .put("hidden_act", "gelu");
        config.putArray("architectures").add("BertForSequenceClassification");
        ObjectNode names = config.putObject("id2label");
        for (int i = 0; i < labels.size(); i++) {
            names.put(Integer.toString(i), labels.get(i));
        }
        return config.toString();
    }

    private void draw(int vocabulary, int labels) {
        table("bert.embeddings.word_embeddings.weight", vocabulary, WIDTH);
        table("bert.embeddings.position_embeddings.weight", POSITIONS, WIDTH);
        table("bert.embeddings.token_type_embeddings.weight", 2, WIDTH);
        norm("bert.embeddings.LayerNorm");
        String layer = "bert.encoder.layer.0.";
        for (String part : List.of("self.query", "self.key", "self.value", "output.dense")) {
            dense(layer + "attention." + part, WIDTH, WIDTH);
        }
        norm(layer + "attention.output.LayerNorm");
        dense(layer + "intermediate.dense", INNER, WIDTH);
        dense(layer + "output.dense", WIDTH, INNER);
        norm(layer + "output.LayerNorm");
        dense("bert.pooler.dense", WIDTH, WIDTH);
        dense("classifier", labels, WIDTH);
    }

    private void table(String name, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(columns));
        }
        put(name, values, rows, columns);
    }

    private void dense(String name, int out, int in) {
        table(name + ".weight", out, in);
        put(name + ".bias", new float[out], out);
    }

    private void norm(String name) {
        float[] ones = new float[WIDTH];
        Arrays.fill(ones, 1);
        put(name + ".weight", ones, WIDTH);
        put(name + ".bias", new float[WIDTH], WIDTH);
    }

    private void put(String name, float[] values, long... shape) {
        weights.put(name, values);
        shapes.put(name, shape);
    }

    /** The format: eight bytes of length, a JSON header, then the numbers. */
    private void save(Path file) throws IOException {
        ObjectNode header = mapper.createObjectNode();
        long at = 0;
        for (Map.Entry<String, float[]> weight : weights.entrySet()) {
            ObjectNode entry = header.putObject(weight.getKey()).put("dtype", "F32");
            for (long dim : shapes.getOrDefault(weight.getKey(), new long[0])) {
                entry.withArray("shape").add(dim);
            }
            entry.putArray("data_offsets").add(at).add(at + 4L * weight.getValue().length);
            at += 4L * weight.getValue().length;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(json.length)
                    .array());
            out.write(json);
            for (float[] values : weights.values()) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                out.write(bytes.array());
            }
        }
    }
}
