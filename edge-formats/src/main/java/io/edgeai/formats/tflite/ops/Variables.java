package io.edgeai.formats.tflite.ops;

import io.edgeai.formats.flatbuffer.FlatTable;
import io.edgeai.formats.tflite.file.Builtin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Variables that a file's signatures share. They are read as they start, by what is called once; what a call would leave
 * in them for the next is refused. Used for one graph; not thread-safe.
 */
final class Variables {
    private final SubgraphWriter writer;
    private final Map<String, String> values = new HashMap<>();
    private boolean starting;

    private Variables(SubgraphWriter writer) {
        this.writer = writer;
    }

    static void register(Map<Builtin, Mapping> all, SubgraphWriter writer) {
        Variables variables = new Variables(writer);
        all.put(Builtin.CALL_ONCE, variables::start);
        all.put(Builtin.VAR_HANDLE, Variables::name);
        all.put(Builtin.READ_VARIABLE, variables::read);
        all.put(Builtin.ASSIGN_VARIABLE, variables::assign);
    }

    private void start(Op op) {
        boolean outer = starting;
        starting = true;
        try {
            writer.inline(op.node.option(0, -1), List.of(), op.emit);
        } finally {
            starting = outer;
        }
    }

    private static void name(Op op) {
        FlatTable options = op.node.options();
        if (options == null) {
            throw new Unmapped("does not name its variable");
        }
        op.outTensor(0);
        op.scope.resource(op.node.outputs()[0], options.text(0) + "/" + options.text(1));
    }

    private void read(Op op) {
        String name = op.scope.resource(op.index(0));
        String value = values.get(name);
        if (value == null) {
            throw new Unmapped("reads variable (" + shown(name) + "), to which nothing gives a first value");
        }
        op.outRaw(0, value);
    }

    private void assign(Op op) {
        String name = op.scope.resource(op.index(0));
        if (!starting) {
            throw new Unmapped("keeps variable (" + shown(name) + ") for the next call");
        }
        values.put(name, op.raw(1));
    }

    private static String shown(String name) {
        return name.substring(name.indexOf('/') + 1);
    }
}
