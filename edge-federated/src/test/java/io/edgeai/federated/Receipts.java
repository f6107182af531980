package io.edgeai.federated;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** A participant that keeps what it was told of its work. */
final class Receipts implements FederatedParticipant {
    private final String id;
    private final Function<RoundTask, CompletableFuture<Update>> work;
    private final List<Receipt> heard = new ArrayList<>();

    Receipts(String id, Function<RoundTask, CompletableFuture<Update>> work) {
        this.id = id;
        this.work = work;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public int samples() {
        return 1;
    }

    @Override
    public Update fit(RoundTask task) {
        return work.apply(task).join();
    }

    @Override
    public CompletableFuture<Update> begin(RoundTask task, Executor executor) {
        return work.apply(task);
    }

    @Override
    public synchronized void settled(Receipt receipt) {
        heard.add(receipt);
    }

    synchronized List<Receipt> heard() {
        return List.copyOf(heard);
    }
}
