package io.edgeai.core.serving;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Sorts requests of one model into those that can share a run: samples of the model's length, and named tensors whose rows
 * have one shape, in the order they came. Thread-safe.
 */
final class Company {
    /** Who has less than so many times what a batch takes runs alone: the batch would end when its time does. */
    private static final int HASTE = 4;

    final BatchCurve samples;
    final NamedCurve named;

    Company(BatchCurve samples, NamedCurve named) {
        this.samples = samples;
        this.named = named;
    }

    /**
     * Who can share a run; those who share one with nobody come last, one by one.
     *
     * @param maxBatch most rows in a run
     * @param left as of {@link Runner}
     */
    List<Mates> mates(List<? extends Request<?>> requests, int maxBatch, ToLongFunction<Request<?>> left) {
        List<SampleRequest> live = new ArrayList<>(requests.size());
        List<Mates> others = new ArrayList<>();
        Gathering gathering = new Gathering(maxBatch, left);
        for (Request<?> request : requests) {
            if (request instanceof SampleRequest sample && samples.sample(sample.input)) {
                live.add(sample);
            } else if (!(request instanceof NamedRequest one) || !gathering.takes(one)) {
                others.add(new Mates.Lone(request));
            }
        }
        List<Mates> groups = gathering.end();
        for (int from = 0; from < live.size(); from += maxBatch) {
            groups.add(new SampleMates(samples, live.subList(from, Math.min(live.size(), from + maxBatch))));
        }
        groups.addAll(others);
        return groups;
    }

    /** Whether one more than these may be worth waiting for. */
    boolean mayPay(List<? extends Request<?>> requests) {
        return requests.get(0) instanceof NamedRequest first
                ? named.mayPay(first.inputs, requests.size())
                : samples.mayPay(requests.size() + 1);
    }

    /** Named requests as they are sorted by the shape of a row. */
    private final class Gathering {
        private final int maxBatch;
        private final ToLongFunction<Request<?>> left;
        private final Map<RowShape, Rows> open = new LinkedHashMap<>();
        private final List<Mates> groups = new ArrayList<>();

        Gathering(int maxBatch, ToLongFunction<Request<?>> left) {
            this.maxBatch = maxBatch;
            this.left = left;
        }

        /** False for one that can share a run with nobody. */
        boolean takes(NamedRequest request) {
            NamedRows form = named.rows();
            int rows = form == null ? 0 : form.rows(request.inputs);
            if (form == null || rows == 0 || rows >= maxBatch) {
                return false;
            }
            RowShape shape = form.shape(request.inputs);
            Rows mates = open.get(shape);
            if (mates == null || mates.rows + rows > maxBatch) {
                if (mates != null) {
                    close(mates);
                }
                mates = new Rows(form, shape);
                open.put(shape, mates);
            }
            mates.add(request, rows);
            return true;
        }

        List<Mates> end() {
            open.values().forEach(this::close);
            return groups;
        }

        private void close(Rows mates) {
            long enough = HASTE * named.expectedNanos(mates.shape, mates.rows, mates.requests.size());
            for (int i = mates.requests.size() - 1; i >= 0 && enough > 0; i--) {
                long nanos = left.applyAsLong(mates.requests.get(i));
                if (nanos > 0 && nanos < enough) {
                    groups.add(new Mates.Lone(mates.remove(i)));
                }
            }
            if (!mates.requests.isEmpty()) {
                groups.add(new NamedMates(named, mates.form, mates.shape, mates.requests, mates.each));
            }
        }
    }

    /** Requests of one shape. */
    private static final class Rows {
        private final NamedRows form;
        private final RowShape shape;
        private final List<NamedRequest> requests = new ArrayList<>();
        private final List<Integer> each = new ArrayList<>();
        private int rows;

        Rows(NamedRows form, RowShape shape) {
            this.form = form;
            this.shape = shape;
        }

        void add(NamedRequest request, int ofRows) {
            requests.add(request);
            each.add(ofRows);
            rows += ofRows;
        }

        NamedRequest remove(int index) {
            rows -= each.remove(index);
            return requests.remove(index);
        }
    }
}
