package io.edgeai.core.format;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Models written as text, or as JSON in front of bytes, of very many small parts. */
final class LargeTexts {
    private LargeTexts() {}

    /** A chain of layers with their ports and edges; before operation sets where {@code version} is below 10. */
    static Path openvino(Path file, int layers, int version, Random random) throws IOException {
        String[] kinds = {"ReLU", "Add", "Multiply", "Convolution", "Sigmoid"};
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            out.print("<?xml version=\"1.0\"?>\n<net name=\"chain\" version=\"" + version + "\">\n<layers>\n");
            for (int i = 0; i < layers; i++) {
                String first = version < 10 ? "Input" : "Parameter";
                boolean last = version >= 10 && i == layers - 1;
                String kind = i == 0 ? first : last ? "Result" : kinds[random.nextInt(kinds.length)];
                out.print("<layer id=\"" + i + "\" name=\"l" + i + "\" type=\"" + kind + "\" precision=\"FP32\">");
                out.print(i == 0 ? "<data element_type=\"f32\" shape=\"1\"/>" : port("input", 0));
                out.print((last ? "" : port("output", 1)) + "</layer>\n");
            }
            out.print("</layers>\n<edges>\n");
            for (int i = 1; i < layers; i++) {
                out.print("<edge from-layer=\"" + (i - 1) + "\" from-port=\"1\" to-layer=\"" + i
                        + "\" to-port=\"0\"/>\n");
            }
            out.print("</edges>\n</net>\n");
        }
        return file;
    }

    private static String port(String side, int id) {
        return "<" + side + "><port id=\"" + id + "\" precision=\"FP32\"><dim>1</dim></port></" + side + ">";
    }

    /** As many inputs and outputs, each with tensor names to note. */
    static Path openvinoInputs(Path file, int inputs) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            out.print("<net name=\"wide\" version=\"11\"><layers>");
            for (int i = 0; i < inputs; i++) {
                out.print("<layer id=\"" + i + "\" name=\"l" + i + "\" type=\"Parameter\"><data element_type=\"f32\"/>"
                        + "<output><port id=\"0\" names=\"t" + i + "\"><dim>1</dim></port></output></layer>");
            }
            out.print("</layers></net>");
        }
        return file;
    }

    /** Trees of three nodes, and attributes to note. */
    static Path xgboostJson(Path file, int trees, Random random) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            out.print("{\"learner\":{\"attributes\":{");
            for (int i = 0; i < trees; i++) {
                out.print((i == 0 ? "" : ",") + "\"a" + i + "\":\"" + random.nextInt(1000) + "\"");
            }
            out.print("},\"feature_names\":[\"x\"],\"gradient_booster\":{\"model\":{\"trees\":[");
            for (int i = 0; i < trees; i++) {
                out.print((i == 0 ? "" : ",") + "{\"base_weights\":[0,0.1,0.2],\"id\":" + i
                        + ",\"left_children\":[1,-1,-1],\"right_children\":[2,-1,-1],\"split_conditions\":["
                        + random.nextInt(100) + ",1,2],\"tree_param\":{\"num_nodes\":\"3\"}}");
            }
            out.print("]},\"name\":\"gbtree\"},\"learner_model_param\":{\"num_class\":\"0\",\"num_feature\":\"1\"},"
                    + "\"objective\":{\"name\":\"reg:squarederror\"}},\"version\":[2,0,3]}");
        }
        return file;
    }

    private static String key(String text) {
        return "L\0\0\0\0\0\0\0" + (char) text.length() + text;
    }

    static Path xgboostUbjson(Path file, int trees, Random random) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.ISO_8859_1)) {
            out.print("{" + key("learner") + "{" + key("attributes") + "{");
            for (int i = 0; i < trees; i++) {
                out.print(key("a" + i) + "S" + key(Integer.toString(random.nextInt(1000))));
            }
            out.print("}" + key("gradient_booster") + "{" + key("model") + "{" + key("trees") + "[");
            for (int i = 0; i < trees; i++) {
                out.print("{" + key("left_children") + "[$l#L\0\0\0\0\0\0\0\1\0\0\0\0" + key("tree_param") + "{"
                        + key("num_nodes") + "S" + key("1") + "}}");
            }
            out.print("]}" + key("name") + "S" + key("gbtree") + "}" + key("learner_model_param") + "{"
                    + key("num_feature") + "S" + key("1") + "}}}");
        }
        return file;
    }

    /** A header of as many tensors of one float. */
    static Path safetensors(Path file, int tensors, Random random) throws IOException {
        StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"");
        for (int i = 0; i < tensors / 10; i++) {
            header.append(",\"note")
                    .append(i)
                    .append("\":\"")
                    .append(random.nextInt())
                    .append('"');
        }
        header.append('}');
        for (int i = 0; i < tensors; i++) {
            header.append(",\"layer.").append(i).append(".w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[");
            header.append(4 * i).append(',').append(4 * i + 4).append("]}");
        }
        Files.write(file, Samples.safetensors(header.append('}').toString(), 4 * tensors));
        return file;
    }

    /** A folder with settings of as many labels beside such a file. */
    static Path huggingFace(Path folder, int tensors, Random random) throws IOException {
        Files.createDirectories(folder);
        safetensors(folder.resolve("model.safetensors"), tensors, random);
        StringBuilder config = new StringBuilder("{\"model_type\":\"bert\",\"id2label\":{\"0\":\"a\"");
        for (int i = 1; i < tensors; i++) {
            config.append(",\"").append(i).append("\":\"label").append(i).append('"');
        }
        Files.writeString(folder.resolve("config.json"), config.append("}}"));
        return folder;
    }
}
