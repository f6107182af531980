package io.edgeai.placement.ortools;

import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.solver.Bin;
import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.Option;
import java.util.ArrayList;
import java.util.List;

/** What the nodes and their devices have room for, in whole numbers; limits that nothing can reach are left out. */
final class NodeLimits {
    private static final long MOST = 1L << 62;

    private final List<Limit> cpu = new ArrayList<>();
    private final List<Limit> memory = new ArrayList<>();
    private final List<Limit> disk = new ArrayList<>();
    private final List<List<Limit>> share = new ArrayList<>();
    private final List<List<Limit>> deviceMemory = new ArrayList<>();

    NodeLimits(Instance instance) {
        for (Bin bin : instance.bins()) {
            cpu.add(new Limit(bin.cpuMillis()));
            memory.add(new Limit(bin.memoryBytes()));
            disk.add(new Limit(bin.diskBytes()));
            share.add(bin.devices().stream().map(device -> new Limit(1000)).toList());
            deviceMemory.add(bin.devices().stream()
                    .map(device -> new Limit(device.memoryBytes()))
                    .toList());
        }
    }

    /** @throws InvalidInputException where amounts could add up to more than 2⁶² */
    void add(CpModelBuilder.Use use) {
        Option option = use.option();
        cpu.get(option.node()).add(use, option.cpuMillis());
        memory.get(option.node()).add(use, option.memoryBytes());
        disk.get(option.node()).add(use, option.diskBytes());
        if (use.device() >= 0) {
            share.get(option.node()).get(use.device()).add(use, option.deviceMilli());
            deviceMemory.get(option.node()).get(use.device()).add(use, option.deviceMemoryBytes());
        }
    }

    void addTo(CpModel model) {
        for (int n = 0; n < cpu.size(); n++) {
            cpu.get(n).addTo(model);
            memory.get(n).addTo(model);
            disk.get(n).addTo(model);
            share.get(n).forEach(limit -> limit.addTo(model));
            deviceMemory.get(n).forEach(limit -> limit.addTo(model));
        }
    }

    private static final class Limit {
        private final long most;
        private final LinearExprBuilder taken = LinearExpr.newBuilder();
        private double reach;

        Limit(long most) {
            this.most = most;
        }

        void add(CpModelBuilder.Use use, long amount) {
            if (amount == 0) {
                return;
            }
            taken.addTerm(use.count(), amount);
            reach += (double) amount * use.most();
            if (reach > MOST) {
                throw new InvalidInputException("OR-Tools counts to 2^62, and what may stand on one node adds up to ("
                        + reach + "). Maybe use the built-in solver, or a unit such as megabytes.");
            }
        }

        void addTo(CpModel model) {
            if (reach > most) {
                model.addLessOrEqual(taken, most);
            }
        }
    }
}
