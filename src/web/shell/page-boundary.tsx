import { Component, type ReactNode, Suspense } from 'react';
import { ErrorNotice } from '../ui/error-notice.tsx';

interface Props {
  readonly children: ReactNode;
  /** What stands there while the script of a page is on its way. */
  readonly fallback: ReactNode;
}

/** Shows what broke when a page breaks, and leaves everything around it as it is. */
export class PageBoundary extends Component<Props, { error: unknown }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error !== undefined) {
      return <ErrorNotice error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
    }
    return <Suspense fallback={this.props.fallback}>{this.props.children}</Suspense>;
  }
}
