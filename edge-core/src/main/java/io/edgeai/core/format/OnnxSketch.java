package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Who reads what in a graph or function of an ONNX model, and nothing else of it. Field numbers are those of onnx.proto's
 * {@code GraphProto}, {@code FunctionProto}, {@code NodeProto} and {@code AttributeProto}.
 *
 * @param key what a node that calls it has as its own key, for functions
 * @param nodes in the file's order
 * @param needed names that are read inside and come from outside
 */
record OnnxSketch(String key, List<Node> nodes, Set<String> needed) {
    private static final int DEEPEST = 32;
    private static final int LONGEST_NAME = 64;

    /**
     * @param key domain, name and overload
     * @param inputs those of its nested graphs included
     */
    record Node(String key, List<String> inputs, List<String> outputs, List<OnnxSketch> nested) {}

    /** How much is still read. */
    static final class Room {
        private static final int NAMES_A_NODE = 16;
        private long nodes;
        private long names;

        Room(int most) {
            nodes = most;
            names = (long) NAMES_A_NODE * most + (1 << 16);
        }

        boolean isFull() {
            return nodes < 0;
        }

        void name() {
            if (--names < 0) {
                throw new ModelFormatException("The model's nodes have more inputs and outputs than (" + NAMES_A_NODE
                        + ") each. Maybe the file is damaged.");
            }
        }
    }

    /** A graph as it is read, in one message or in several, which protobuf puts together. */
    static final class Parts {
        private final Room room;
        private final int depth;
        private final List<Node> nodes = new ArrayList<>();
        private final Set<String> inside = new HashSet<>();

        Parts(Room room) {
            this(room, 0);
        }

        private Parts(Room room, int depth) {
            if (depth > DEEPEST) {
                throw new ModelFormatException(
                        "The model nests graphs deeper than (" + DEEPEST + "). Maybe the file is damaged.");
            }
            this.room = room;
            this.depth = depth;
        }

        void graph(ProtoFields graph) {
            while (!room.isFull() && graph.next()) {
                if (graph.is(1, LENGTH)) {
                    nodes.add(node(graph.enter(), room, depth));
                } else if (depth > 0 && (graph.is(5, LENGTH) || graph.is(11, LENGTH))) {
                    room.name();
                    inside.add(nameIn(graph.enter(), graph.number() == 5 ? 8 : 1));
                }
            }
            OnnxGraphWalk.whole(graph);
        }

        OnnxSketch sketch() {
            return of("", nodes, inside);
        }
    }

    static OnnxSketch function(ProtoFields function, Room room) {
        List<Node> nodes = new ArrayList<>();
        String name = "";
        String domain = "";
        String overload = "";
        while (!room.isFull() && function.next()) {
            if (function.is(7, LENGTH)) {
                nodes.add(node(function.enter(), room, 0));
            } else if (function.is(1, LENGTH)) {
                name = name(function);
            } else if (function.is(10, LENGTH)) {
                domain = name(function);
            } else if (function.is(13, LENGTH)) {
                overload = name(function);
            }
        }
        OnnxGraphWalk.whole(function);
        return of(key(domain, name, overload), nodes, Set.of());
    }

    private static OnnxSketch of(String key, List<Node> nodes, Set<String> inside) {
        Set<String> made = new HashSet<>(inside);
        nodes.forEach(node -> made.addAll(node.outputs()));
        Set<String> needed = new HashSet<>();
        nodes.forEach(node -> needed.addAll(node.inputs()));
        needed.removeAll(made);
        return new OnnxSketch(key, nodes, needed);
    }

    private static Node node(ProtoFields node, Room room, int depth) {
        room.nodes--;
        List<String> inputs = new ArrayList<>(2);
        List<String> outputs = new ArrayList<>(1);
        List<OnnxSketch> nested = new ArrayList<>(0);
        String op = "";
        String domain = "";
        String overload = "";
        while (!room.isFull() && node.next()) {
            if (node.wire() != LENGTH) {
                continue;
            }
            switch (node.number()) {
                case 1 -> add(inputs, node, room);
                case 2 -> add(outputs, node, room);
                case 4 -> op = name(node);
                case 5 -> nested(node.enter(), nested, room, depth);
                case 7 -> domain = name(node);
                case 8 -> overload = name(node);
                default -> {} // its name and notes
            }
        }
        OnnxGraphWalk.whole(node);
        nested.forEach(graph -> inputs.addAll(graph.needed()));
        return new Node(key(domain, op, overload), inputs, outputs, nested);
    }

    private static void nested(ProtoFields attribute, List<OnnxSketch> nested, Room room, int depth) {
        Parts one = null;
        while (!room.isFull() && attribute.next()) {
            if (attribute.is(6, LENGTH)) {
                one = one == null ? new Parts(room, depth + 1) : one;
                one.graph(attribute.enter());
            } else if (attribute.is(11, LENGTH)) {
                Parts each = new Parts(room, depth + 1);
                each.graph(attribute.enter());
                nested.add(each.sketch());
            }
        }
        OnnxGraphWalk.whole(attribute);
        if (one != null) {
            nested.add(one.sketch());
        }
    }

    private static void add(List<String> names, ProtoFields name, Room room) {
        room.name();
        if (name.length() > 0) {
            names.add(name(name));
        }
    }

    private static String nameIn(ProtoFields message, int number) {
        String name = "";
        while (message.next()) {
            if (message.is(number, LENGTH)) {
                name = name(message);
            }
        }
        return name;
    }

    private static String key(String domain, String name, String overload) {
        return (domain.equals("ai.onnx") ? "" : domain) + "\n" + name + "\n" + overload;
    }

    /** Different for different bytes, and short however long the name is. */
    private static String name(ProtoFields field) {
        if (field.length() <= LONGEST_NAME) {
            return field.latin();
        }
        MessageDigest sha = Digest.sha256();
        for (long i = 0; i < field.length(); i++) {
            sha.update((byte) field.byteAt(i));
        }
        return new String(sha.digest(), StandardCharsets.ISO_8859_1)
                + HexFormat.of().toHexDigits(field.length());
    }
}
