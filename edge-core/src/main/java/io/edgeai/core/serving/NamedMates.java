package io.edgeai.core.serving;

import io.edgeai.core.model.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests of named tensors whose rows have one shape. Immutable. */
final class NamedMates implements Mates {
    private final NamedCurve curve;
    private final NamedRows form;
    private final RowShape shape;
    private final List<NamedRequest> requests;
    private final List<Integer> rows;

    /**
     * @param shape of a row of each
     * @param rows of each
     */
    NamedMates(NamedCurve curve, NamedRows form, RowShape shape, List<NamedRequest> requests, List<Integer> rows) {
        this.curve = curve;
        this.form = form;
        this.shape = shape;
        this.requests = List.copyOf(requests);
        this.rows = List.copyOf(rows);
    }

    @Override
    public List<NamedRequest> requests() {
        return requests;
    }

    RowShape shape() {
        return shape;
    }

    /** Rows of all. */
    int rows() {
        return rows.stream().mapToInt(Integer::intValue).sum();
    }

    /** Each is tried with the time of the most patient: who is in haste must not make a trial fail. */
    @Override
    public boolean prefer(long shortest, long longest) {
        return curve.prefersTogether(this, longest);
    }

    @Override
    public boolean runOn(Runner.Model model, long nanos) {
        List<Map<String, Tensor>> answers = model.runEach(this, nanos);
        if (answers == null) {
            return false;
        }
        for (int i = 0; i < answers.size(); i++) {
            requests.get(i).answer.complete(answers.get(i));
        }
        return true;
    }

    @Override
    public boolean repayWaiting() {
        return curve.repaysWaiting(this);
    }

    /** One run of all of them, dealt out to each; null where the run gives null. */
    @Nullable
    List<Map<String, Tensor>> answers(Function<Map<String, Tensor>, @Nullable Map<String, Tensor>> run) {
        Map<String, Tensor> outputs = run.apply(
                form.joined(requests.stream().map(request -> request.inputs).toList(), rows()));
        return outputs == null ? null : form.apart(outputs, rows);
    }

    /** Whether all ask the same: then nothing shows whether one influences another. */
    boolean same() {
        return requests.stream().allMatch(request -> form.same(request.inputs, requests.get(0).inputs));
    }
}
