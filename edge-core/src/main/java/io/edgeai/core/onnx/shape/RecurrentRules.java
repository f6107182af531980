package io.edgeai.core.onnx.shape;

import java.util.List;
import java.util.Map;

/** RNN, GRU and LSTM. */
final class RecurrentRules {
    private RecurrentRules() {}

    static void register(Map<String, Rule> table) {
        Rules.put(table, "", RecurrentRules::recurrent, "RNN", "GRU", "LSTM");
        Rules.put(table, Rules.MICROSOFT, RecurrentRules::recurrent, "DynamicQuantizeLSTM");
    }

    private static void recurrent(Op op) {
        Fact x = op.in(0);
        if (x.dims() != null && x.rank() != 3) {
            throw new Contradiction("needs an input of rank 3, not " + x);
        }
        boolean batchFirst = op.attribute("layout", 0) == 1;
        Term length = x.dim(batchFirst ? 1 : 0);
        Term batch = x.dim(batchFirst ? 0 : 1);
        Term directions = Term.of(op.attribute("direction", "forward").equals("bidirectional") ? 2 : 1);
        long size = op.attribute("hidden_size", 0);
        Term hidden = size > 0 ? Term.of(size) : op.in(2).dim(2);
        op.out(Fact.tensor(
                x.element(),
                batchFirst ? List.of(batch, length, directions, hidden) : List.of(length, directions, batch, hidden)));
        Fact state = Fact.tensor(
                x.element(), batchFirst ? List.of(batch, directions, hidden) : List.of(directions, batch, hidden));
        op.out(1, state);
        op.out(2, state);
    }
}
