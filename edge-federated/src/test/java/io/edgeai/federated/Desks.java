package io.edgeai.federated;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Participants whose work is done when the test says so, in the order that it says. */
final class Desks {
    private final List<FederatedParticipant> all = new ArrayList<>();
    private final BlockingQueue<Job> begun = new LinkedBlockingQueue<>();
    private final List<Job> open = new ArrayList<>();
    private final BlockingQueue<Receipt> receipts = new LinkedBlockingQueue<>();
    private int most;

    Desks(int count) {
        for (int i = 0; i < count; i++) {
            all.add(new Desk(i));
        }
    }

    List<FederatedParticipant> all() {
        return all;
    }

    /** The most that were open at a time. */
    int most() {
        return most;
    }

    /** The next receipt that anybody is given; null where none comes within a minute. */
    Receipt receipt() throws InterruptedException {
        return receipts.poll(1, TimeUnit.MINUTES);
    }

    /** All that were not taken yet, in the order in which they were given. */
    List<Receipt> receipts() {
        return List.copyOf(receipts);
    }

    /** The next job that begins; null where none does within a minute. */
    Job begun() throws InterruptedException {
        return begun.poll(1, TimeUnit.MINUTES);
    }

    /** Any of the jobs that are open; null where none came for a moment. */
    Job one(SplittableRandom random) {
        try {
            Job fresh = open.isEmpty() ? begun.poll(50, TimeUnit.MILLISECONDS) : begun.poll();
            while (fresh != null) {
                open.add(fresh);
                fresh = begun.poll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        most = Math.max(most, open.size());
        return open.isEmpty() ? null : open.remove(random.nextInt(open.size()));
    }

    /** One task; the participant of number n changes every parameter by n + 1 and a fraction of the task's number. */
    static final class Job {
        private final int desk;
        private final RoundTask task;
        private final CompletableFuture<Update> answer = new CompletableFuture<>();

        Job(int desk, RoundTask task) {
            this.desk = desk;
            this.task = task;
        }

        double change() {
            return desk + 1 + task.round() / 1024.0;
        }

        int samples() {
            return 1 + 3 * desk;
        }

        int desk() {
            return desk;
        }

        RoundTask task() {
            return task;
        }

        float[] start() {
            return task.parameters();
        }

        void answer() {
            float[] parameters = task.parameters();
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += (float) change();
            }
            answer.complete(Update.of(parameters, samples()).answering(task.version(), task.updateId()));
        }
    }

    private final class Desk implements FederatedParticipant {
        private final int number;

        Desk(int number) {
            this.number = number;
        }

        @Override
        public String id() {
            return "desk " + number;
        }

        @Override
        public int samples() {
            return 1 + 3 * number;
        }

        @Override
        public Update fit(RoundTask task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void settled(Receipt receipt) {
            receipts.add(receipt);
        }

        @Override
        public CompletableFuture<Update> begin(RoundTask task, Executor executor) {
            Job job = new Job(number, task);
            begun.add(job);
            return job.answer;
        }
    }
}
