package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which files make up a model: the one named, and those it cannot do without. An ONNX file names the files of its
 * external data; OpenVINO keeps weights beside the graph under the same name; a SavedModel is its whole folder; of a folder of
 * MLflow it is the model within.
 *
 * @param root the file or folder itself, or the folder that holds {@code files}
 * @param files paths relative to {@code root}; empty where {@code root} is all there is
 * @param entry the file an engine opens, relative to {@code root}; empty where that is {@code root}
 */
public record ModelFiles(Path root, List<String> files, String entry) {
    private static final int DEEPEST = 32;

    public ModelFiles {
        files = List.copyOf(files);
    }

    /**
     * Finds them.
     *
     * @throws ModelFormatException where the model is not of that format or a file is named that cannot be part of it
     */
    public static ModelFiles of(Path model, ModelFormat format) {
        Path path = MlflowFolder.resolved(model.toAbsolutePath().normalize());
        Path folder = path.getParent();
        if (Files.isDirectory(path) || folder == null) {
            return new ModelFiles(path, List.of(), "");
        }
        String name = path.getFileName().toString();
        Set<String> files = new TreeSet<>();
        switch (format) {
            case ONNX -> files.addAll(externalData(path));
            case OPENVINO -> {
                String weights = name.replaceFirst("\\.[^.]*$", "") + ".bin";
                if (Files.isRegularFile(folder.resolve(weights))) {
                    files.add(weights);
                }
            }
            case TENSORFLOW -> {
                if (name.equals("saved_model.pb") && Files.isDirectory(folder.resolve("variables"))) {
                    return new ModelFiles(folder, List.of(), "");
                }
            }
            default -> {} // one file
        }
        if (files.isEmpty()) {
            return new ModelFiles(path, List.of(), "");
        }
        files.add(name);
        return new ModelFiles(folder, new ArrayList<>(files), name);
    }

    private static Set<String> externalData(Path model) {
        Set<String> locations = new TreeSet<>();
        try (FileView file = FileView.open(model)) {
            ProtoFields fields = ProtoFields.of(file);
            while (fields.next()) {
                if (fields.is(7, LENGTH)) {
                    graph(fields.enter(), locations, 0);
                } else if (fields.is(20, LENGTH)) {
                    inside(fields, Set.of(1, 2), locations, 0);
                } else if (fields.is(25, LENGTH)) {
                    ProtoFields function = fields.enter();
                    while (function.next()) {
                        if (function.is(7, LENGTH)) {
                            node(function.enter(), locations, 0);
                        }
                    }
                }
            }
        }
        for (String location : locations) {
            if (absolute(location, model) || List.of(location.split("[/\\\\]")).contains("..")) {
                throw new ModelFormatException("External data location (" + location + ") of model (" + model
                        + ") leaves the model's folder. Maybe save the model again beside its data.");
            }
        }
        return locations;
    }

    private static boolean absolute(String location, Path model) {
        try {
            return Path.of(location).isAbsolute();
        } catch (InvalidPathException e) {
            throw new ModelFormatException(
                    "External data location (" + location + ") of model (" + model
                            + ") is no path on this system. Maybe save the model again under a plain name.",
                    e);
        }
    }

    private static void inside(ProtoFields outer, Set<Integer> graphs, Set<String> locations, int depth) {
        ProtoFields fields = outer.enter();
        while (fields.next()) {
            if (graphs.contains(fields.number())) {
                graph(fields.enter(), locations, depth);
            }
        }
    }

    private static void graph(ProtoFields graph, Set<String> locations, int depth) {
        if (depth > DEEPEST) {
            throw new ModelFormatException("The model nests graphs deeper than (" + DEEPEST + ").");
        }
        while (graph.next()) {
            switch (graph.number()) {
                case 1 -> node(graph.enter(), locations, depth);
                case 5 -> tensor(graph.enter(), locations);
                case 15 -> sparse(graph.enter(), locations);
                default -> {} // names and types
            }
        }
    }

    private static void node(ProtoFields node, Set<String> locations, int depth) {
        while (node.next()) {
            if (node.is(5, LENGTH)) {
                ProtoFields attribute = node.enter();
                while (attribute.next()) {
                    if (attribute.wire() == LENGTH) {
                        switch (attribute.number()) {
                            case 5, 10 -> tensor(attribute.enter(), locations);
                            case 6, 11 -> graph(attribute.enter(), locations, depth + 1);
                            case 22, 23 -> sparse(attribute.enter(), locations);
                            default -> {} // plain values
                        }
                    }
                }
            }
        }
    }

    private static void sparse(ProtoFields sparse, Set<String> locations) {
        while (sparse.next()) {
            if (sparse.is(1, LENGTH) || sparse.is(2, LENGTH)) {
                tensor(sparse.enter(), locations);
            }
        }
    }

    private static void tensor(ProtoFields tensor, Set<String> locations) {
        while (tensor.next()) {
            if (tensor.is(13, LENGTH)) {
                TextPair pair = TextPair.of(tensor.enter());
                if (pair.key().equals("location")) {
                    locations.add(pair.value());
                }
            }
        }
    }
}
