import { Component, type ReactNode } from "react";
import { Button } from "@mantine/core";

/** A page that breaks, or whose code a newer release has replaced, says so and leaves the rest of the console standing. */
export class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <div className="notice bad" role="alert">
        <h1>This page could not be drawn</h1>
        <p>
          Nothing was lost on the server. If Redpen was just updated, reloading brings the new version; if not, please report this:{" "}
          {this.state.error.message}
        </p>
        <Button onClick={() => location.reload()}>Reload</Button>
      </div>
    );
  }
}
